### Rounds of comprehensive evaluations.

round = 综合督政的轮次
round_about = { $title }依据{ $basis }编排，自{ $first }年至{ $last }年，对{ $units }个单位各进行一次综合督政，已完成{ $done }个。
round_overdue = 批次已过而未开始的有{ $overdue }个，须重新编排。
placement_planned = 未开始
placement_begun = 进行中
placement_done = 已完成
placement_overdue = 已过批次
placement_absent = 单位已撤并
round_slots = 各批次的工作量
round_changes = 编排和调整
table_round = 各单位的批次、观察单位和编排理由
table_slots = 各批次
table_round_changes = 编排和调整记录
slot_column = 批次
observers_column = 观察单位
visits_column = 安排
moved_column = 调整的单位
