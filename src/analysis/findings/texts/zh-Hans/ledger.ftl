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
    { $unit }{ $year }年度{ $made ->
        [synthetic] 演示自评（虚构）
       *[real] 自评
    }列有{ $claims }可量化的陈述，{ $outcome ->
        [none] 目前均无法与监测数据核对。
       *[other] { $extent ->
            [all] 均可与监测数据核对
           *[some] 其中{ $checked }可与监测数据核对
        }{ $outcome ->
            [agree] ，核对结果一致。
            [differ] ，核对结果不一致，须核实更正或说明口径。
           *[mixed] ：{ $agree }一致，{ $differ }不一致，须核实更正或说明口径。
        }
    }
claims_together =
    { $whole }有{ $units }报送了{ $year }年度{ $made ->
        [synthetic] 演示自评（虚构）
       *[real] 自评
    }，共{ $claims }可量化的陈述，{ $outcome ->
        [none] 目前均无法与监测数据核对。
       *[other] { $extent ->
            [all] 均可与监测数据核对
           *[some] 其中{ $checked }可与监测数据核对
        }{ $outcome ->
            [agree] ，核对结果一致。
            [differ] ，核对结果不一致，涉及{ $where }。
           *[mixed] ：{ $agree }一致，{ $differ }不一致；不一致的涉及{ $where }。
        }
    }
unit_differs = { $unit }（{ $differ }）
claim_differs_value =
    { $year }年{ $indicator }，{ $made ->
        [synthetic] 演示自评
       *[real] 自评
    }为{ $claimed }，监测数据为{ $monitored }，自评{ $apart ->
        [above] 偏高
       *[below] 偏低
    }{ $difference }。
claim_differs_index =
    { $year }年{ $indicator }，{ $made ->
        [synthetic] 演示自评
       *[real] 自评
    }为{ $claimed }，调查估计为{ $monitored }（{ $confidence }置信区间{ $lower_bare }至{ $upper }），自评数在区间之外，{ $apart ->
        [above] 偏高
       *[below] 偏低
    }{ $difference }。
claim_differs_change =
    { $year }年{ $indicator }与{ $base }年相比，{ $made ->
        [synthetic] 演示自评
       *[real] 自评
    }为{ $claimed_way ->
        [up] 增加{ $claimed }
        [down] 减少{ $claimed }
       *[steady] 没有增减
    }，按监测数据为{ $monitored_way ->
        [up] 增加{ $monitored }
        [down] 减少{ $monitored }
       *[steady] 没有增减
    }。
claim_differs_growth =
    { $year }年{ $indicator }与{ $base }年相比，{ $made ->
        [synthetic] 演示自评
       *[real] 自评
    }为{ $claimed_way ->
        [up] 增长{ $claimed }
        [down] 下降{ $claimed }
       *[steady] 没有增减
    }，按监测数据为{ $monitored_way ->
        [up] 增长{ $monitored }
        [down] 下降{ $monitored }
       *[steady] 没有增减
    }。
claim_differs_direction =
    { $made ->
        [synthetic] 演示自评
       *[real] 自评
    }称{ $year }年{ $indicator }{ $way ->
        [up] 高于{ $base }年
        [down] 低于{ $base }年
       *[steady] 与{ $base }年持平
    }，监测数据{ $base }年为{ $before }、{ $year }年为{ $after }，与自评不符。
claim_differs_flag =
    { $year }年{ $indicator }一项，{ $made ->
        [synthetic] 演示自评
       *[real] 自评
    }为{ $claimed ->
        [yes] “是”
       *[no] “否”
    }，监测数据为{ $monitored ->
        [yes] “是”
       *[no] “否”
    }。
claims_sampled =
    { $made ->
        [synthetic] 演示自评
       *[real] 自评
    }中一致的陈述有{ $sampled }涉及抽样调查：所称数字落在估计的置信区间之内，只表明与调查不相抵触，不等于得到证实。
claims_open =
    { $unit }{ $made ->
        [synthetic] 演示自评
       *[real] 自评
    }中{ $others ->
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
    截至{ $day }，{ $unit }{ $made ->
        [synthetic] 演示整改台账（虚构）
       *[real] 整改台账
    }共有{ $items }{ $extent ->
        [one] ，{ $stand ->
            [closed] 已销号
            [waiting] 已报告、待复查
            [returned] 被退回重改
           *[working] 正在整改
        }。
        [same] ，均{ $stand ->
            [closed] 已销号
            [waiting] 已报告、待复查
            [returned] 被退回重改
           *[working] 在整改之中
        }。
       *[several] ：{ $groups }。
    }
rectification_together =
    截至{ $day }，{ $whole }{ $units }的{ $made ->
        [synthetic] 演示整改台账（虚构）
       *[real] 整改台账
    }共有{ $items }{ $extent ->
        [one] ，{ $stand ->
            [closed] 已销号
            [waiting] 已报告、待复查
            [returned] 被退回重改
           *[working] 正在整改
        }。
        [same] ，均{ $stand ->
            [closed] 已销号
            [waiting] 已报告、待复查
            [returned] 被退回重改
           *[working] 在整改之中
        }。
       *[several] ：{ $groups }。
    }
rectification_stand =
    { $count }{ $stand ->
        [closed] 已销号
        [waiting] 已报告、待复查
        [returned] 退回重改
       *[working] 正在整改
    }
rectification_overdue =
    { $made ->
        [synthetic] 演示整改台账（虚构）中，
       *[real] {""}
    }{ $unit }有{ $overdue }整改逾期未报告：{ $list }。
rectification_late = “{ $problem }”（{ $due }到期，由{ $owner }负责）
rectification_overdue_in =
    { $made ->
        [synthetic] 演示整改台账（虚构）中，
       *[real] {""}
    }{ $whole }有{ $overdue }整改逾期未报告，涉及{ $where }。
unit_overdue = { $unit }（{ $overdue }）
rectification_closed =
    { $made ->
        [synthetic] 演示整改台账（虚构）中，
       *[real] {""}
    }{ $unit }已销号的整改事项为{ $list }。
rectification_done = “{ $problem }”（{ $date }）
rectification_figures =
    { $made ->
        [synthetic] 演示整改台账（虚构）中，
       *[real] {""}
    }{ $unit }整改事项所据数字的前后情况：{ $list }。事项是因数字不利才列入的，此后数字本就可能自行回转，前后之差不能归因于整改措施。
rectification_figure = { $indicator }当时（{ $base }年）为{ $then }，现（{ $year }年）为{ $now }
rectification_asked = { $indicator }当时（{ $base }年）为{ $then }，现（{ $year }年）为{ $now }（{ $confidence }置信区间{ $lower_bare }至{ $upper }）
