### The office's year: notices, bulletins, plan, duties, reports.

notice_scope = 自评范围
notice_grounds = 根据{ $basis }，现就{ $year }年度履行教育职责自评工作通知如下。
notice_units =
    { $kind ->
        [department] 自评的部门共{ $asked }个：{ $units }。
       *[other] 自评的{ $kinds }共{ $asked }个：{ $units }。
    }
notice_content = 自评内容
notice_points = 自评须对照下列要点逐项作答，并填报所列数据；政府任期目标和义务教育均衡发展年度监测、复查的结果一并纳入。
notice_own = 下列要点为示例，正式要点以办公室下发的为准。
notice_how = 报送和审核要求
notice_due = 请于{ $due }前按统一表格报送自评材料；逾期将催报。
notice_due_of = 其中{ $units }报送期限为{ $due }。

asks_responsible = 文字说明（负责部门）
asks_text = 文字说明
asks_figures = 文字和数据
asks_targets = 任期目标
asks_balance = 监测和复查

progress = 自评进展
progress_counts =
    { $kind ->
        [department] 应报自评的部门{ $asked }个
       *[other] 应报自评的{ $kinds }{ $asked }个
    }，期限{ $due }；已报{ $handed_in }个，曾退回{ $returned_once }个，已审定{ $approved }个，逾期未报{ $overdue }个。
evaluation_requested = 待报
evaluation_submitted = 已报、待核对
evaluation_returned = 已退回、待补正
evaluation_checked = 已核对、会审中
evaluation_audited = 已会审、待审定
evaluation_approved = 已审定
evaluation_published = 已公布
evaluation_withdrawn = 已撤回、待更正或重新审定
evaluation_faults = 核对中发现的问题
aspect_complete = 完整性
aspect_consistent = 一致性
aspect_targets = 任期目标
aspect_evidence = 与监测数据
evaluation_returns = 退回补正记录
audit_flags = 会审情况
flag_confirmed = 确认
flag_objected = 有异议
flag_cannot_tell = 无法判断
flag_none = 未答复

course = 编制过程
course_asked = 本公报依据{ $basis }编制，{ $year }年度自评通知于{ $date }发出。
course_submitted =
    自评材料于{ $date }报送{ $returned_count ->
        [0] {""}
       *[other] （此前退回补正{ $returned_bare }次）
    }，由办公室与监测数据逐项核对。
course_audits =
    有关部门会审{ $audits }项，其中确认{ $confirmed }项、有异议{ $objected }项、无法判断{ $cannot_tell }项{ $unanswered_count ->
        [0] {""}
       *[other] 、未答复{ $unanswered }项
    }。
course_approved = 本公报于{ $date }审定。
course_open = 自评目前的状态为“{ $state }”，本稿仅供内部核对。
answers = 自评内容
answers_own = 以下为自评单位的陈述，未经本办公室改写；文字中能够识别的数字已与监测数据核对；数据陈述的核对结果见“自评与核对”。
answers_point = { $asked }
answers_papers = 佐证：{ $papers }
answers_no_papers = 未附佐证
term_targets = 任期目标完成情况
term_targets_note = 下表将自评所报数字和监测数据与政府任期目标对照；目标年份未到的列为“未到期”，不作评判。
term_target_false = { $unit }所报{ $indicator }已达到任期目标，监测数据未达到，须核实。
target_at_least = { $by }年不低于
target_at_most = { $by }年不高于
of_year = （{ $year }年）
target_state_reached = 已达到
target_state_under_way = 未到期
target_state_missed = 未达到
target_state_open = 无数据
target_state_false = 与监测不符
collected = 自评公报总体情况
collected_counts =
    { $kind ->
        [department] { $year }年应报自评的部门{ $asked }个
       *[other] { $year }年应报自评的{ $kinds }{ $asked }个
    }，已报{ $handed_in }个，已审定{ $approved }个。
collected_figures = 各项数据的核对
collected_figures_note = 下列各表只列已审定的自评；“一致”指在所报数字的取整范围之内。各{ $kind }按代码排列，不作排名。

responsible = 职责分工
responsible_own = 本部门负责的教育职责为{ $duties }。
responsible_for = 负责这项职责的部门为{ $departments }。
responsible_note = 分工依规则集“部门教育职责分工”列出，名单由办公室设定。
nobody = 未指定
coverage = 各项职责的依据
coverage_none = 没有任何依据的职责：{ $duties }。
coverage_self_reported = 只有自评陈述、没有其他依据的职责：{ $duties }。
coverage_all = 各项职责都有自评以外的依据。
status_none = 无
status_self_reported = 仅有自评
status_evidenced = 有依据
mark_none = —
mark_self_reported = ○
mark_evidenced = ●
marks_note = ●有数据、调查、其他单位的发现或整改事项为依据；○仅有自评陈述；—无。
marks_of_departments = 部门只列其负责的职责；●有依据；○仅有自评陈述；—无。
duty_units_evidenced = 有自评以外依据的：{ $units }。
duty_units_self_reported = 只有自评陈述的：{ $units }。
duty_units_none = 没有任何依据的：{ $units }。
every_evaluated = 各{ $kind }和负责部门
duty_claims = 自评陈述中须注意的
duty_claims_note = 下表列各单位在这项职责上与监测不符或无法核实的陈述；一致的陈述见各自评公报。
duty_items = 整改事项
others = 其他单位的发现
others_note = 以下为行政监察、专项审计、统计部门民意调查和媒体的发现，按来源原样列出，有数字的与监测数据对照。
others_differ =
    { $kind ->
        [supervision] 行政监察
        [audit] 专项审计
        [poll] 民意调查
       *[media] 媒体报道
    }（来源为{ $source }）所列{ $unit }{ $year }年{ $indicator }为{ $value }，监测数据为{ $monitored }，相差{ $difference }，须查明。
others_supervision = 行政监察
others_audit = 专项审计
others_poll = 民意调查
others_media = 媒体
reliability_note = 可靠性：A为原始记录，B为转引或摘要，C为传闻。

plan = 年度计划和进展
plan_grounds = 依据{ $basis }制定{ $year }年督政工作计划，进展截至编制日期。
plan_late = 已过期限而未完成的：{ $entries }。
plan_named = （{ $units }）
plan_self_evaluation = 自评
plan_monitoring = 监测
plan_survey = 满意度调查
plan_special = 专项督政
plan_comprehensive = 综合督政
plan_re_inspection = 复查
plan_report = 报告
plan_publication = 公布
plan_state_planned = 未开始
plan_state_begun = 进行中
plan_state_done = 已完成
plan_state_dropped = 已取消
plan_state_overdue = 逾期
decided = 委员会决定事项
decision_open = 办理中
decision_done = 已办结
decision_overdue = 逾期
delivered = 第三方交付
delivered_note = 第三方交付的数据按合同约定的格式逐行检查，合格的收入，不合格的整批退回；均记入台账并留存校验值。
delivery_accepted = 收入
delivery_refused = 退回
done = 工作开展情况
done_grounds = { $year }年，办公室依据{ $basis }开展对有关部门和各{ $kind }履行教育职责的评价。
done_evaluations =
    { $kind ->
        [department] 组织{ $asked }个部门开展自评，已报{ $handed_in }个，退回补正{ $returned_once }个，审定{ $approved }个。
       *[other] 组织{ $asked }个{ $kinds }开展自评，已报{ $handed_in }个，退回补正{ $returned_once }个，审定{ $approved }个。
    }
done_report = 自评报告于{ $date }上报。
report_course = 编制和报送过程
report_noticed = 收到通知
report_drafted = 起草
report_approved = 政府审定
report_posted = 公示
report_submitted = 上报
report_length_set = 报告正文{ $characters }，{ $year }年通知规定不超过{ $most }。
report_length_own = 报告正文{ $characters }。{ $year }年的篇幅上限未见规定，参照{ $most }提示。
report_open = 报告于{ $begin }至{ $end }公示，收到异议{ $objections }件。
report_text = 报告正文

head_column = 类别
asked_column = 要点
asks_column = 填报
submitted_column = 报送
late_column = 迟报（天）
reminders_column = 催报（次）
returned_column = 退回
audits_column = 会审
unanswered_column = 未答复
evaluation_due_column = 期限
reminder_column = 下次催报
aspect_column = 方面
found_column = 问题
date_column = 日期
by_column = 决定人
reasons_column = 理由
said_column = 陈述
department_column = 会审部门
flag_column = 意见
duty_column = 职责
departments_column = 负责部门
status_column = 依据
covered_indicators = 指标
covered_figures = 有数据
covered_themes = 问卷主题
covered_collected = 已调查
covered_claims = 自评陈述
covered_answers = 自评作答
covered_others = 其他发现
covered_items = 整改
others_kind_column = 类别
statement_column = 内容
source_column = 来源
reliability_column = 可靠性
others_value_column = 所列
entry_column = 事项
how_column = 方式
units_column = 对象
done_column = 完成
begins_column = 开始
ends_column = 截止
owner_column = 责任单位
meeting_column = 会议
decision_column = 决定
supplier_column = 交付方
contract_column = 合同
file_column = 文件
rows_column = 行数
faults_column = 问题
step_column = 环节
table_points = { $form }：要点
table_progress = { $year }年自评进展
table_faults = 核对清单
table_returns = 退回补正
table_audits = 会审中有异议、无法判断或未答复的陈述
table_collected =
    { $sort ->
        [department] 各部门自评核对情况（{ $year }年）
       *[other] 各{ $kind }自评核对情况（{ $year }年）
    }
evaluated_column = 单位
indicator_column = 指标
term_column = 任期
term_target_column = 目标
table_term_targets = 任期目标和进展
table_collected_figure =
    { $name }{ $form ->
        [growth] （增长率，%）
        [change] （变化量）
        [direction] （方向）
       *[other] {""}
    }
table_responsible = 各项教育职责的负责部门
table_coverage = 各项职责的依据（截至{ $year }年，项）
table_duty_status =
    { $sort ->
        [department] 各部门所负责职责的依据
       *[other] 各{ $kind }各项职责的依据
    }
table_duty_claims = 不符或无法核实的陈述
table_duty_items = 整改事项
table_others = 其他单位的发现与监测数据
table_plan = { $year }年督政工作计划
table_decisions = 决定事项
table_deliveries = 交付记录
table_report = 报告的各个环节
