### Inspections and opinions.

inspection = 基本情况
inspection_about =
    { $title }于{ $begin }{ $days ->
        [one] {""}
       *[other] 至{ $end }
    }进行，{ $kind ->
        [special] 专项督政
        [comprehensive] 综合督政
       *[other] 整改核查
    }的对象为{ $units }。
inspection_topic = 内容为{ $topic }。
inspection_basis = 依据为{ $basis }。
inspection_term = 评价的任期为{ $term }年。
inspection_joint = 参加单位有{ $joint }。
inspection_state = 目前状态为“{ $state }”（{ $date }起）。
inspection_not_held = { $title }于{ $date }取消，不再进行。
inspection_counts = 现场记录{ $found }项，其中可供借鉴的做法{ $practices }项、问题{ $problems }项。
inspection_prepared = 准备中
inspection_announced = 已通知
inspection_on_site = 现场进行中
inspection_concluded = 已结束
inspection_dropped = 已取消
inspection_team = 督导组
role_leader = 组长
role_deputy = 副组长
role_inspector = 督学
role_lay_inspector = 特约督导员
role_expert = 专家
role_observer = 观察员
role_secretary = 联络员
inspection_questions = 督导问题清单
means_papers = 查阅材料
means_figures = 核对数据
means_interview = 访谈
means_site = 实地查看
means_survey = 问卷
inspection_found = 现场情况
found_practice = 可供借鉴的做法：
found_sound = 情况正常的：
found_problem = 存在的问题：
found_item = { $text }（{ $duty }）。
inspection_figures = 数据和满意度
inspection_figures_note = 下列各条是监测数据和满意度测评在本次督导所涉职责上的结论，不说明原因。
inspection_outcome = 督导意见书
table_outcome = 各单位的督导意见书
issued_column = 印发日期
declared_column = 利益申报
not_at_column = 须回避
visit = 督导安排
visit_about =
    对{ $of }的{ $kind ->
        [special] 专项督政
        [comprehensive] 综合督政
       *[other] 整改核查
    }定于{ $begin }{ $days ->
        [one] {""}
       *[other] 至{ $end }
    }进行。
visit_leader = 督导组组长为{ $leader }。
visit_raised = 数据提出的问题
visit_raised_note = 下列各条是监测数据和满意度测评中对该单位不利的结论，供现场逐条核实原因；数据不说明原因。
visit_why = 请说明原因和已采取的措施。
visit_items = 尚未销号的整改事项
visit_schools = 抽取的学校
visit_drawn = 学校于{ $date }按种子{ $seed }抽取，用同一种子可以重复得到同一名单；学校停办的，由名单外的下一所替代。
visit_quotas = 问卷调查的对象和人数
visit_quotas_note = 人数按社会认可度调查的规则由常住人口推算，口径见规则集“社会认可度”。
all_groups = 合计
inspections = 督导评估
opinion = 督导意见
opinion_lead = 根据{ $basis }，督导组于{ $begin }至{ $end }对{ $of }进行了{ $kind ->
        [special] 专项督政
        [comprehensive] 综合督政
       *[other] 整改核查
    }，听取了被督导单位的意见，现提出督导意见如下。
opinion_number = 文号：{ $number }。
opinion_open = 本稿状态为“{ $state }”，仅供内部使用。
opinion_until = 被督导单位的申辩期限为{ $until }。
opinion_lead_open = 根据{ $basis }，督导组于{ $begin }至{ $end }对{ $of }进行了{ $kind ->
        [special] 专项督政
        [comprehensive] 综合督政
       *[other] 整改核查
    }，现提出初步意见如下，征求被督导单位意见。
opinion_drafted = 起草中
opinion_preliminary = 初步意见已反馈、等待申辩
opinion_replied = 已收到申辩
opinion_approved = 已审定、待印发
opinion_issued = 已印发
opinion_published = 已公布
opinion_withdrawn = 已撤回
opinion_good = 经验成效
opinion_achievements = 主要成效：
opinion_practices = 可供借鉴的做法：
opinion_item = { $text }（{ $duty }）。
opinion_problems = 存在的问题
opinion_problem = 问题{ $number }：{ $text }（{ $duty }）。
opinion_requests = 整改要求
opinion_report = 请按下列期限整改，并书面报告结果；办公室将进行核查。
opinion_replies = 申辩和处理
reply_accepted = 采纳
reply_partly = 部分采纳
reply_rejected = 未采纳
reply_open = 待处理
rests_found = 现场记录
rests_supervision = 行政监察的发现
rests_audit = 专项审计的发现
rests_poll = 民意调查的发现
rests_media = 媒体报道
rests_claim = 自评陈述
rests_opinion = 督导意见书
held_at_least = ≥
held_at_most = ≤
table_team = 督导组成员
table_questions = 督导问题
table_drawn = 各学段抽取的学校
table_quotas = 问卷人数
table_visit_items = 尚未销号的整改事项
table_inspections = { $year }年督导评估
table_opinion_evidence = 各问题的依据
table_requests = 整改要求和期限
table_replies = 申辩和处理结果
stage_primary = 小学
stage_junior = 初中
stage_senior = 高中
stage_special = 特殊教育
stage_vocational = 中等职业教育
stage_preschool = 学前教育
name_column = 姓名
role_column = 分工
body_column = 单位
means_column = 方式
stage_column = 学段
drawn_column = 抽取
frame_column = 总数
schools_column = 学校
asked_group_column = 对象
persons_column = 人数
problems_column = 问题
number_column = 序号
shown_by_column = 依据
shown_value_column = 数值
held_to_column = 参照
request_column = 要求
for_problem_column = 问题
reply_column = 申辩内容
reply_by_column = 申辩单位
