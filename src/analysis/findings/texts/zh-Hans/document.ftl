### Parts of a memo. { $slots } are filled with numbers that carry their cells, with years and with names.

title_unit = { $unit }履行教育职责情况数据备忘录
title_whole = { $unit }教育督政数据综述
title_survey = { $about }调查报告
title_topic = { $unit }{ $about }专题数据备忘录
newest_own = 本{ $kind }公开统计的最新年份：{ $ages }
newest_of = { $year }年（{ $topics }）
newest_peers = 各{ $kind }可比的最新学校数据：{ $year }年
released = 编制日期：{ $date }
internal_version = 内部稿，附未写入的内容及原因，不得外传
synthetic_notice = 演示稿：问卷、学校名册、各项台账和署名意见均为模拟，公开统计数据为真实数据
subject = 教育督政数据备忘录
summary = 摘要
achievements = 主要进展
problems = 需要关注的问题
profile = 基本情况
duties = 履行教育职责情况
as_answered = 师生、家长和公众的评价
balance = 均衡情况
methods = 数据与方法说明
sources = 附：资料来源
withheld = 未写入的内容及原因
withheld_intro = 以下各条经“写入标准”审查未写入公开稿，原因逐条列出，仅供内部核对。
withheld_none = 各条均已写入，没有未写入的内容。
withheld_subject = { $year }年的“{ $subject }”。
population = 人口
schooling = 学校与学生
preschool = 学前教育
staffing = 师资
funding = 经费
targets = 目标进度
key_value = { $value }
key_label = { $name }（{ $year }年）
key_beside = { $whole }{ $value }
key_share = 占{ $whole }{ $value }
key_survey = { $who }{ $index }（{ $year }年）
key_interval = 估计区间{ $lower_bare }至{ $upper }
overview = 各{ $kind }主要数据
satisfaction = 满意度
self_evaluation = 自评与核对
rectification = 整改情况
asked = 调查怎么做的
indices = 总体结果
groups = 各类人群
by_unit = 各{ $kind }情况
changes = 与上次调查相比
drivers = 与总体满意度相关的因素
quotes = 意见和建议
reliability = 量表信度
topic = 总体情况
topic_units = 各{ $kind }情况
topic_answers = 有关评价
pattern = { $year }年{ $subject }{ $said }：{ $units }。
pattern_whole_above = 高于{ $area }的{ $kind }
pattern_whole_below = 低于{ $area }的{ $kind }
pattern_before_up = 比上次提高的{ $kind }
pattern_before_down = 比上次下降的{ $kind }
pattern_standard_met = 达到标准的{ $kind }
pattern_standard_missed = 未达到标准的{ $kind }
pattern_target_met = 达到目标的{ $kind }
pattern_target_missed = 未达到目标的{ $kind }
pattern_peers_above = 高于条件相近地区的{ $kind }
pattern_peers_below = 低于条件相近地区的{ $kind }
every_unit = 全部
index_of = “{ $survey }”的{ $index }
asked_item = { $who }{ $answers }份{ $placed ->
    [yes] （{ $places }）
   *[no] { "" }
 }
asked_so = { $selection ->
    [probability] { $area }随机抽样收回有效答卷：{ $items }；结果按抽样设计加权。
    [census] { $area }全员调查收回有效答卷：{ $items }；区间假定未答者与同处的作答者相近，不作显著性检验。
   *[open] { $area }公开征集收到有效答卷：{ $items }；由公众自愿填写，只代表答卷人，不与其他{ $kind }比较。
 }
quote_by = 谈“{ $topic }”，同一话题有{ $persons }人谈到
newest_whole = { $unit }公开统计的最新年份：{ $ages }
