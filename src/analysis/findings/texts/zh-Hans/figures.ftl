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
size_share = ，占{ $whole }{ $share }
size_change = { $year }年，{ $figure }{ $share }，比{ $base }年{ words_size }{ $change }，{ words_growth }{ $growth }{ $beside }。
size_steady = { $year }年，{ $figure }{ $share }，与{ $base }年相比变化不大（{ words_growth }{ $growth }）。
broken_change = { $year }年，{ $figure }；{ $base }年为{ $before }，统计口径不同，两年不作比较。
whole_grew = { $along ->
    [yes] ，同期{ $whole }{ $grown }
   *[no] ，而{ $whole }{ $grown }
}
whole_level = ，同期{ $whole }基本持平
growth_counted = { $base }年至{ $year }年，{ $unit }{ $counted }由{ $before }{ words_reach }{ $value }，{ words_growth }{ $growth }{ $beside }。
growth_named = { $base }年至{ $year }年，{ $unit }{ $counted }由{ $before }{ words_reach }{ $value }，{ words_growth }{ $growth }{ $beside }。

# 比率
ratio_gap = { $year }年，{ $figure }，{ words_side }{ $extreme }{ $since }。{ $because }
words_side = { $verdict ->
    [above] 高于{ $whole }的{ $other }
    [below] 低于{ $whole }的{ $other }
   *[like] 与{ $whole }的{ $other }接近
}
ratio_extreme = { $end ->
    [above] ，在{ $peers }个{ $kind }中最高
   *[below] ，在{ $peers }个{ $kind }中最低
}
ratio_since = { $but ->
    [yes] ，但比{ $base }年{ words_level }{ $change }
   *[no] ，比{ $base }年{ words_level }{ $change }
}
ratio_because = 其间，{ $first }{ $first_grown }，{ $second }{ $second_grown }，建议关注前者能否跟上后者。
ratio_counted = { $base }年至{ $year }年，{ $unit }{ $counted }由{ $before }{ words_level_reach }{ $value }。{ $because }
ratio_named = { $base }年至{ $year }年，{ $unit }{ $indicator }由{ $before }{ words_level_reach }{ $value }。{ $because }
ratio_steady = { $year }年，{ $figure }，与{ $base }年的{ $before }接近。

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
published_growth = 据公布，{ $year }年{ $unit }{ $indicator }比上年{ words_growth }{ $growth }{ $reached }{ $beside }。
published_growths = 据公布，{ $year }年与上年相比，{ $unit }{ $grown }。
published_one = { $indicator }{ words_growth }{ $growth }{ $reached }{ $beside }
published_level = （达{ $value }）
published_beside = （{ $whole }{ words_growth }{ $growth }）

# 相近地区
neighbours_counted = { $year }年，与条件相近的{ $neighbours }（{ $lowest }至{ $highest }）相比，{ $unit }{ $counted }{ words_neighbours }，为{ $value }。
neighbours_named = { $year }年，与条件相近的{ $neighbours }（{ $lowest }至{ $highest }）相比，{ $unit }{ $indicator }{ words_neighbours }，为{ $value }。
words_neighbours = { $side ->
    [above] 偏高
   *[below] 偏低
}

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
balance_repair = 经测算，仅靠补充资源使其降到限值，至少须补充{ $needed }；学校布局、学生流向可作其他安排的，应另行测算。
balance_addition = { $stage }{ $indicator }{ $added }（{ $schools }）
balance_schools = { $every ->
    [yes] { $year }年，{ $unit }{ $stages }全部达到对学校的要求{ $mark }。
   *[no] { $year }年，{ $unit }{ $stages }达到对学校的要求{ $unknown }{ $mark }。{ $weakest }
}
balance_schools_of = { $all ->
    [every] { $of }{ $stage }
    [yes] { $of }{ $stage }全部
   *[no] { $of }{ $stage }中{ $n }
}
balance_schools_unknown = ，另有{ $n }缺数待定
balance_weakest = 未达到的{ $fails }中，{ $n }的最大短板是{ $indicator }，建议优先补足。
balance_weakest_all = 未达到的{ $fails }，最大短板是{ $indicator }，建议优先补足。
balance_items = { $year }年，{ $unit }有{ $n }条件未达到：{ $items }；建议逐校核实，制定解决办法。
balance_item = “{ $item }”
balance_item_schools = “{ $item }”（{ $n }超出）
balance_item_value = “{ $item }”（{ $value }，要求{ $limit }）
balance_met = 对照{ $rule }，{ $year }年{ $unit }各部分均达到要求{ $mark }。
balance_missed = 对照{ $rule }，{ $year }年{ $unit }未达到要求，未达到的部分是{ $missed }{ $still }{ $mark }。
balance_open = 对照{ $rule }，{ $year }年{ $unit }尚不能认定达到要求{ $still }{ $mark }。
balance_still_open = ；{ $items }条件中{ $n }没有资料，均作待定，不按达到计
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
funding_open = { $title }共{ $rules }项，{ $year }年{ $unit }有{ $open }项没有足够的公布数据，不能判断，建议补充收集。
funding_all_open = { $title }共{ $rules }项，{ $year }年{ $unit }各项都没有足够的公布数据，不能判断，建议补充收集。

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
