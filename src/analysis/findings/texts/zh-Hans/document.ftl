### Parts of a memo. { $slots } are filled with numbers that carry their cells, with years and with names.

title = { $unit }教育发展数据备忘录
newest_own = 本{ $kind }最新数据：{ $year }年（{ $indicator }）
newest_peers = 各{ $kind }可比的最新学校数据：{ $year }年
released = 编制日期：{ $date }
subject = { $whole }教育督政数据备忘录
summary = 摘要
profile = 人口与学校概况
change = 变化情况
comparison = 与其他{ $kind }比较
balance = { $kind }间均衡
funding = 经费
notes = 数据说明
sources = 资料来源
population = 人口
schooling = 学校与学生
preschool = 学前教育
staffing = 师资
position = 所处位置
course = 历年走势
funding_own = 本{ $kind }公布的增长率
funding_whole = { $whole }情况
funding_above = { $above }情况
