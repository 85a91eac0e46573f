### Self-evaluation beside the evidence, and rectification. { $slots } are filled with numbers that carry their cells.

ledger_clauses = { $first }；{ $rest }
ledger_among = { $list }等
ledger_newest = { $subject }，最近为{ $newest }年
ledger_index =
    { $whose ->
        [student] 学生
        [parent] 家长
        [teacher] 教师
        [principal] 校长
        [staff] 教职工
        [public] 公众
       *[other] {""}
    }{ $index }

claims_checked =
    { $unit }{ $year }年度自评{ $outcome ->
        [none] 列有{ $claims }可量化的陈述，目前均无法与监测数据核对。
        [agree] 可核对的{ $checked }均未发现与监测数据不一致。
        [differ] 可核对的{ $checked }均与监测数据不一致{ $which }。请{ $kind }政府更正或说明口径。
       *[mixed] 可核对的{ $checked }中，{ $differ }与监测数据不一致{ $which }。请{ $kind }政府更正或说明口径。
    }
claims_named = ：{ $list }
claims_named_others = ：{ $list }；另有{ $others }
claim_named_value =
    { $dated ->
        [yes] { $year }年
       *[no] {""}
    }{ $indicator }报{ $claimed }、实为{ $monitored }
claim_named_index =
    { $dated ->
        [yes] { $year }年
       *[no] {""}
    }{ $indicator }报{ $claimed }、调查估计为{ $monitored }（{ $confidence }置信区间{ $lower_bare }至{ $upper }）
claim_named_change =
    { $dated ->
        [yes] { $year }年
       *[no] {""}
    }{ $indicator }与{ $base }年相比{ $claimed_way ->
        [up] 报增加{ $claimed }
        [down] 报减少{ $claimed }
       *[steady] 报没有增减
    }、{ $monitored_way ->
        [up] 实为增加{ $monitored }
        [down] 实为减少{ $monitored }
       *[steady] 实为没有增减
    }
claim_named_growth =
    { $dated ->
        [yes] { $year }年
       *[no] {""}
    }{ $indicator }与{ $base }年相比{ $claimed_way ->
        [up] 报增长{ $claimed }
        [down] 报下降{ $claimed }
       *[steady] 报没有增减
    }、{ $monitored_way ->
        [up] 实为增长{ $monitored }
        [down] 实为下降{ $monitored }
       *[steady] 实为没有增减
    }
claim_named_direction =
    { $dated ->
        [yes] { $year }年
       *[no] {""}
    }{ $indicator }{ $way ->
        [up] 报高于{ $base }年
        [down] 报低于{ $base }年
       *[steady] 报与{ $base }年持平
    }、实由{ $before }{ $monitored_way ->
        [up] 升至
        [down] 降至
       *[steady] 变为
    }{ $after }
claim_named_flag =
    { $dated ->
        [yes] { $year }年
       *[no] {""}
    }{ $indicator }报{ $claimed ->
        [yes] “是”
       *[no] “否”
    }、监测为{ $monitored ->
        [yes] “是”
       *[no] “否”
    }
claims_together =
    { $whole }有{ $units }报送{ $year }年度自评，{ $outcome ->
        [none] 共列{ $claims }可量化的陈述，目前均无法与监测数据核对。
        [agree] 可核对的{ $checked }均未发现与监测数据不一致。
        [differ] 可核对的{ $checked }均与监测数据不一致，涉及{ $where }。请有关{ $kind }政府更正或说明口径。
       *[mixed] 可核对的{ $checked }中，{ $differ }与监测数据不一致，涉及{ $where }。请有关{ $kind }政府更正或说明口径。
    }
unit_differs = { $unit }（{ $differ }）
claim_differs_value =
    { $year }年{ $indicator }，自评为{ $claimed }，监测数据为{ $monitored }，{ $counted ->
        [yes] { $apart ->
            [above] 多报{ $difference }
           *[below] 少报{ $difference }
        }
       *[no] { $apart ->
            [above] 自评偏高{ $difference }
           *[below] 自评偏低{ $difference }
        }
    }。
claim_differs_index =
    { $year }年{ $indicator }，自评为{ $claimed }，调查估计为{ $monitored }（{ $confidence }置信区间{ $lower_bare }至{ $upper }），自评数在区间之外，{ $apart ->
        [above] 偏高
       *[below] 偏低
    }{ $difference }。
claim_differs_change =
    { $year }年{ $indicator }与{ $base }年相比，自评为{ $claimed_way ->
        [up] 增加{ $claimed }
        [down] 减少{ $claimed }
       *[steady] 没有增减
    }，按监测数据为{ $monitored_way ->
        [up] 增加{ $monitored }
        [down] 减少{ $monitored }
       *[steady] 没有增减
    }。
claim_differs_growth =
    { $year }年{ $indicator }与{ $base }年相比，自评为{ $claimed_way ->
        [up] 增长{ $claimed }
        [down] 下降{ $claimed }
       *[steady] 没有增减
    }，按监测数据为{ $monitored_way ->
        [up] 增长{ $monitored }
        [down] 下降{ $monitored }
       *[steady] 没有增减
    }。
claim_differs_direction =
    自评称{ $year }年{ $indicator }{ $way ->
        [up] 高于{ $base }年
        [down] 低于{ $base }年
       *[steady] 与{ $base }年持平
    }，监测数据{ $base }年为{ $before }、{ $year }年为{ $after }，与自评不符。
claim_differs_flag =
    { $year }年{ $indicator }一项，自评为{ $claimed ->
        [yes] “是”
       *[no] “否”
    }，监测数据为{ $monitored ->
        [yes] “是”
       *[no] “否”
    }。
claim_within = 在误差范围内
claims_within_note = “在误差范围内”指所称数字在调查估计的置信区间内，不等于证实。
count_within = 在误差范围内（项）
claims_open =
    { $unit }自评中{ $others ->
        [none] 的{ $open }均
       *[some] 另有{ $open }
    }无法核对：{ $why }。
open_no_figure =
    { $counted ->
        [no] {""}
       *[yes] { $count }
    }没有监测数据（{ $subjects }）
open_other_year =
    { $counted ->
        [no] {""}
       *[yes] { $count }
    }没有所述年份的监测数据（{ $subjects }）
open_broken =
    { $counted ->
        [no] {""}
       *[yes] { $count }
    }前后口径不同，不能相比（{ $subjects }）
open_territory =
    { $counted ->
        [no] {""}
       *[yes] { $count }
    }所据区划与现行区划不同（{ $subjects }）
open_doubtful =
    { $counted ->
        [no] {""}
       *[yes] { $count }
    }监测数据本身存疑，须先核实（{ $subjects }）
open_withheld =
    { $counted ->
        [no] {""}
       *[yes] { $count }
    }调查答卷过少，不予公布（{ $subjects }）
open_open_sample =
    { $counted ->
        [no] {""}
       *[yes] { $count }
    }调查为公开征集，只代表答卷人（{ $subjects }）
open_unclear =
    { $counted ->
        [no] {""}
       *[yes] { $count }
    }与监测数据的差别未超出误差，不能认定（{ $subjects }）

rectification_items =
    截至{ $day }，{ $unit }整改台账共有{ $items }{ $extent ->
        [one] ，{ $state }。
        [same] ，均{ $state }。
       *[several] ：{ $groups }。
    }
rectification_together =
    截至{ $day }，{ $whole }{ $units }的整改台账共有{ $items }{ $extent ->
        [one] ，{ $state }。
        [same] ，均{ $state }。
       *[several] ：{ $groups }。
    }
rectification_stand = { $count }{ $state }
rectification_state =
    { $stand ->
        [closed] 已销号
        [waiting] 已报告、待复查
        [inspected] 已复查、待销号
        [returned] 退回重改
        [overdue] 逾期未报告
       *[working] 整改中
    }
rectification_overdue = { $unit }有{ $overdue }整改逾期未报告：{ $list }。请责任单位尽快报告。
rectification_late = “{ $problem }”（{ $due }到期，由{ $owner }负责）
rectification_overdue_in = { $whole }有{ $overdue }整改逾期未报告，涉及{ $where }。请有关{ $kind }政府督促责任单位尽快报告。
unit_overdue = { $unit }（{ $overdue }）
rectification_closed = { $unit }已销号的整改事项为{ $list }。
rectification_done = “{ $problem }”（{ $date }）
rectification_worse =
    “{ $problem }”已销号，但所据{ $figures ->
        [one] 数字
       *[several] { $indicator }
    }{ $way ->
        [up] 未降反升：由{ $then }（{ $base }年）增至
       *[down] 未升反降：由{ $then }（{ $base }年）降至
    }{ $now }（{ $year }年），建议复查。
rectification_unproven = “{ $problem }”已销号，但销号后尚无数据可核，建议{ $owner }补充佐证。
rectification_figures = { $unit }整改事项所据数字：{ $list }。前后之差不能归因于整改措施。
rectification_figure = { $indicator }当时（{ $base }年）为{ $then }，现（{ $year }年）为{ $now }
rectification_asked = { $indicator }当时（{ $base }年）为{ $then }，现（{ $year }年）为{ $now }（{ $confidence }置信区间{ $lower_bare }至{ $upper }）

opened_column = 立项
due_column = 期限
then_and_none = { $figure }：{ $then }，尚无新数据
then_unknown = { $figure }：尚无可用数据
count_inspected = 已复查、待销号（项）
