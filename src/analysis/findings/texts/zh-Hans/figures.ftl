### Findings about figures. { $x } is a number with its unit, { $x_bare } the number alone; both carry its cell.
### What begins with words_ is a language's own: only its other messages name it.

# 词语：变化的方向
words_size = { $way ->
    [up] 增加
    [down] 减少
   *[same] 相差
}
words_growth = { $way ->
    [up] 增长
    [down] 下降
   *[same] 变化
}
words_reach = { $way ->
    [up] 增至
   *[down] 减至
}
words_level = { $counting ->
    [count] { words_size }
   *[figure] { words_height }
}
words_height = { $way ->
    [up] 上升
    [down] 下降
   *[same] 相差
}
words_level_reach = { $counting ->
    [count] { words_reach }
   *[figure] { words_height_reach }
}
words_height_reach = { $way ->
    [up] 升至
   *[down] 降至
}
grown = { words_growth }{ $by }

# 谁的哪个数
figure_counted = { $unit }{ $counted }{ $value }
figure_named = { $unit }{ $indicator }为{ $value }

# 规模
size_level = { $year }年，{ $figure }{ $share }。
size_levels = { $year }年，{ $unit }{ $items }。
size_item = { $counted }{ $value }
size_item_named = { $named }{ $value }
size_share = ，占{ $whole }{ $share }
size_change = { $year }年，{ $figure }{ $share }，比{ $base }年{ words_size }{ $change }，{ words_growth }{ $growth }{ $beside }。
broken_change = { $year }年，{ $figure }；{ $base }年为{ $before }，统计口径不同，两年不作比较。
whole_grew = { $along ->
    [yes] ，同期{ $whole }{ words_growth }{ $by }
   *[no] ，而{ $whole }{ words_growth }{ $by }
}
whole_level = ，同期{ $whole }基本持平
growth_together = { $base }年至{ $year }年，{ $unit }{ $grown }。
growth_and = { $so_far }，{ $next }
growth_one = { $counted }{ words_growth }{ $growth }{ $beside }
growth_beside = （{ $whole }{ words_growth }{ $growth }）
growth_counted = { $base }年至{ $year }年，{ $unit }{ $counted }由{ $before }{ words_reach }{ $value }，{ words_growth }{ $growth }{ $beside }。
growth_named = { $base }年至{ $year }年，{ $unit }{ $counted }由{ $before }{ words_reach }{ $value }，{ words_growth }{ $growth }{ $beside }。

# 比率
ratio_gap = { $year }年，{ $figure }，{ words_side }{ $near }{ $extreme }{ $since }。{ $because }
words_side = { $verdict ->
    [above] 高于{ $whole }（{ $other }）
    [below] 低于{ $whole }（{ $other }）
   *[like] 与{ $whole }（{ $other }）接近
}
ratio_near = { $joined ->
    [but] ，但{ words_near }
   *[also] ，也{ words_near }
}
words_near = { $side ->
    [above] 高于人口条件相对接近的{ $peers }个{ $kind }（{ $lowest_bare }至{ $highest }）
   *[below] 低于人口条件相对接近的{ $peers }个{ $kind }（{ $lowest_bare }至{ $highest }）
}
ratio_extreme = { $end ->
    [above] ，在{ $peers }个{ $kind }中最高
   *[below] ，在{ $peers }个{ $kind }中最低
}
ratio_since = { $but ->
    [yes] ，但比{ $base }年{ words_level }{ $change }
   *[no] ，比{ $base }年{ words_level }{ $change }
}
ratio_because = { $turned ->
    [up] 其间，{ $first }增长{ $first_growth }，慢于{ $second }的{ $second_growth }{ $advice }。
    [down] 其间，{ $first }下降{ $first_growth }，快于{ $second }的{ $second_growth }{ $advice }。
   *[apart] 其间，{ $first }下降{ $first_growth }，而{ $second }增长{ $second_growth }{ $advice }。
}
ratio_advice = ，建议{ $kind }教育局研究补充{ $first }
ratio_counted = { $base }年至{ $year }年，{ $unit }{ $counted }由{ $before }{ words_level_reach }{ $value }。{ $because }
ratio_named = { $base }年至{ $year }年，{ $unit }{ $indicator }由{ $before }{ words_level_reach }{ $value }。{ $because }
ratio_pair = { $year }年，{ $unit }{ $first }；{ $second }。
ratio_one = { $counted }{ $value }，{ words_side }{ $since }

# 差异
cv_level = { $year }年，{ $whole }{ $peers }个{ $kind }之间{ $indicator }的差异系数为{ $cv }，最高{ $highest }，最低{ $lowest }。
cv_change = { $year }年，{ $whole }{ $peers }个{ $kind }之间{ $indicator }的差异系数为{ $cv }，{ words_cv }；最高{ $highest }，最低{ $lowest }。
words_cv = { $verdict ->
    [up] 高于{ $base }年的{ $first }，差距有所扩大
    [down] 低于{ $base }年的{ $first }，差距有所缩小
   *[steady] 与{ $base }年的{ $first }相近
}

# 公布的比率、增长率和名单
listed = { $unit }列入{ $year }年{ $indicator }名单。
published_rate = 据公布，{ $year }年{ $unit }{ $indicator }为{ $value }。
published_growths = { $selected ->
    [yes] 在只公布部分{ $kind }的增长项目中，{ $unit }{ $grown }。
   *[no] 据公布，{ $unit }{ $grown }。
}
published_and = { $so_far }；{ $next }
published_year = { $year }年{ $grown }
published_one = { $indicator }比上年{ words_growth }{ $growth }{ $reached }{ $beside }
published_level = （达{ $value }）
published_beside = （{ $whole }{ words_growth }{ $growth }）

# 相近地区
neighbours = { $year }年，{ $figure }，{ words_near }。

# 多年走势
course_counted = { $base }年至{ $year }年，{ $unit }{ $counted }由{ $before }{ words_reach }{ $value }{ $grown }，有数据的{ $points }个年份逐次{ words_size }。
course_named = { $base }年至{ $year }年，{ $unit }{ $indicator }由{ $before }{ words_height_reach }{ $value }{ $grown }，有数据的{ $points }个年份逐次{ words_height }。
course_grown = ，{ words_growth }{ $growth }

# 数据之间的矛盾
exceeds_counted = { $year }年，{ $figure }，多于{ $against }的{ $other }，不合常理，建议核实口径和数字，核实前不据以判断。
exceeds_named = { $year }年，{ $figure }，大于{ $against }的{ $other }，不合常理，建议核实口径和数字，核实前不据以判断。
exceed_together = { $year }年，{ $units }的{ $indicator }大于{ $against }，不合常理，{ $whole }的合计也因此存疑，建议逐{ $kind }核实。
total_differs = { $year }年，{ $figure }，各{ $kind }合计为{ $total }，相差{ $gap }，四舍五入不能解释，建议核实。
parts_differ = { $year }年，{ $figure }，各组成部分合计为{ $total }，相差{ $gap }，四舍五入不能解释，建议核实。
series_break = { $unit }{ $indicator }自{ $year }年起口径有变（{ $reason }），前后分段，不作比较。

# 义务教育优质均衡
balance_mark = （{ $mark }）
balance_cv = { $every ->
    [yes] { $year }年，{ $unit }{ $stages }资源配置指标的校际差异系数全部在限值以内{ $nearest }{ $mark }。
   *[no] { $year }年，{ $unit }资源配置指标的校际差异系数，{ $stages }在限值以内{ $above }{ $unknown }{ $mark }。{ $repair }
}
balance_within = { $all ->
    [every] { $stage }{ $of }
    [yes] { $stage }{ $of }全部
   *[no] { $stage }{ $of }中{ $n }
}
balance_nearest = ，最接近限值的是{ $nearest }
balance_above = ，超过限值的有{ $above }
balance_unknown = ，另有{ $n }因学校缺数待定
balance_coefficient = { $stage }{ $indicator }（{ $cv }，限值{ $limit }）
balance_repair = 经测算，如只靠补充资源，至少约需{ $needed }才能降到限值，建议{ $kind }教育局据此安排；可调整学校布局或学生流向的，另行测算。
balance_addition = { $stage }{ $indicator }{ $added }（{ $schools }）
balance_addition_money = { $stage }{ $indicator }{ $added }（{ $schools }）
balance_schools_met = { $year }年，{ $unit }{ $met }全部达到学校资源配置要求{ $mark }{ $register }。
balance_schools_missed = { $year }年，{ $unit }有{ $failed }未达到学校资源配置要求{ $weakest }{ $others }{ $unknown }{ $mark }{ $register }。
balance_schools_open = { $year }年，{ $unit }{ $met }达到学校资源配置要求{ $unknown }{ $mark }{ $register }。
balance_schools_others = ；{ $met }均达到
balance_schools_of = { $which ->
    [every] { $n }{ $stage }
    [all] 全部{ $n }{ $stage }
    [rest] 其余{ $n }{ $stage }
   *[some] { $n }{ $stage }
}
balance_schools_unknown = ，另有{ $n }缺数待定
balance_schools_unknown_all = { $year }年，{ $unit }有{ $unknown }学校缺数，是否达到学校资源配置要求尚待核定{ $mark }{ $register }。
balance_weakest = ，短板主要在{ $indicator }，建议{ $kind }教育局优先补足
balance_register = （按模拟的学校名册，校数与年鉴不同，不可相比）
balance_items = { $year }年，{ $unit }有{ $n }条件未达到：{ $items }；建议{ $kind }教育局逐校核实，提出解决办法。
balance_item = “{ $item }”
balance_item_schools = “{ $item }”（{ $n }超出）
balance_item_value = “{ $item }”（{ $value }，要求{ $limit }）
balance_met = 按{ $rule }，{ $year }年{ $unit }各方面均达到要求{ $mark }。
balance_missed = 按{ $rule }，{ $year }年{ $unit }在{ $missed }方面未达到要求{ $still }{ $mark }。
balance_open = 按{ $rule }，{ $year }年{ $unit }尚不能认定达到要求{ $still }{ $mark }。
balance_still_open = ；资源配置和差异系数以外的{ $items }条件中，{ $n }缺少资料，尚待核定，请{ $kind }教育局补报
balance_part = { $part ->
    [schools] 学校资源配置
    [cv] 校际差异系数
    [composite] 综合差异系数
    [government] 政府保障程度
    [quality] 教育质量
    [recognition] 社会认可度
   *[veto] 一票否决事项
}
balance_units = { $year }年，{ $whole }{ $units }个{ $kind }中{ $cv }{ $composite }{ $schools }；总体上{ $met }{ $missed }{ $open }。
balance_units_cv = ，差异系数全部在限值以内的有{ $n }个
balance_units_composite = ，综合差异系数在限值以内的有{ $n }个
balance_units_schools = ，学校全部达到要求的有{ $n }个
balance_units_met = ，达到要求的有{ $n }个
balance_units_missed = ，未达到要求的有{ $n }个
balance_units_open = ，因资料不全待定的有{ $n }个

# 教育投入的增长要求
funding_met = { $year }年，{ $unit }{ $role }比上年的增长为{ $grown }，符合“{ $rule }”的要求{ $mark }。
funding_missed = { $year }年，{ $unit }{ $role }比上年的增长为{ $grown }，不符合“{ $rule }”的要求{ $mark }，建议查明原因。
funding_grown = { $indicator }{ $growth }{ $reached }{ $levels }
funding_reached = （达{ $value }）
funding_levels = （按公布的水平计算为{ $growth }，口径不同）
funding_mark = （所查资料均未载明这一要求）
funding_open = { $title }共{ $rules }项，{ $year }年{ $unit }公布数据不足，有{ $open }项不能判断，建议补充收集。
funding_all_open = 对照{ $title }，{ $year }年{ $unit }公布数据不足，{ $open }项均不能判断，建议补充收集。

# 政府目标
target_held = 按“{ $title }”，{ $by }年{ $unit }{ $indicator }应{ words_target }{ $latest }{ words_state }{ $path }。{ $pace }
target_open = 按“{ $title }”，{ $by }年{ $unit }{ $indicator }应{ words_target }{ $latest }，现有数据不能判断进度。
words_target = { $way ->
    [at_least] 达到{ $target }
   *[at_most] 控制在{ $target }以内
}
target_latest = ，{ $year }年为{ $value }
words_state = { $state ->
    [reached] ，已经达到
    [missed] ，到期没有达到，建议说明原因
   *[other] {""}
}
target_path = { $state ->
    [behind] ，落后于按直线推算的进度（{ $path }）
   *[on_course] ，达到按直线推算的进度（{ $path }）
}
target_pace = { $enough ->
    [yes] 今后每年需要{ $needed }，{ $base }年以来年均{ $observed }。
   *[no] 今后每年需要{ $needed }，而{ $base }年以来年均{ $observed }，照此难以如期达到，建议加快。
}
