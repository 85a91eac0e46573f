### Notes on the data. { $slots } are filled with numbers that carry their cells, with years and with names.

note_newest = 数据截止：本备忘录采用截至{ $year }年可得的公开数据；{ $unit }最新一项为{ $newest }年（{ $indicator }），各{ $kind }齐全的学校数据最新为{ $complete }年，不代表当前状况。
note_boundaries = 区划口径：各年数据均按{ $boundaries }年行政区划整理。
note_merged = { $unit }{ $years }年的总量由{ $parts }合计得出；比率按合计后的分子、分母重新计算，不由各部分的比率相加或平均。
note_renamed = { $unit }{ $years }年的数据以{ $parts }之名公布，辖区未变。
note_not_additive = { $unit }{ $year }年{ $indicator }为合并前各区分别公布的比率，不能相加，本备忘录不予列出。
note_above = { $year }年，{ $units }的{ $indicator }大于{ $against }，不合常理，涉及该年的师资比率和变化均须核实。
note_above_own = 其中{ $unit }为{ $value }{ $measure }，大于{ $other }{ $measure }。
note_caution = { $indicator }：{ $text }{ $certainty }。
note_variant = 本报告的{ $indicator }按“{ $variant }”口径计算{ $certainty }。
note_variant_how = 本报告的{ $indicator }按“{ $variant }”口径计算{ $certainty }：{ $how }。
variant_C = （该口径未见出处）
variant_own = （该口径由本单位自定）
note_duty_c = “{ $duty }”这项职责：未见正式文本，提法以正式文件为准。
inference = （此为推断，未见来源说明）
note_total = { $year }年{ $whole }{ $indicator }公布数为{ $value }{ $measure }，各{ $kind }合计为{ $sum }{ $measure }，相差{ $gap }{ $measure }，{ $cause }。
cause_unknown = 四舍五入不能解释，须核实
note_totals_agree = 除另有说明外，凡各{ $kind }数据齐全的年份，各{ $kind }合计均与{ $whole }公布数一致（四舍五入误差不计）。
former = 原{ $former }
note_rounded = 以万人、万平方米等单位公布的数字换算后末位为整数，精度以公布单位为限。
note_method = 差异系数按在校学生数加权（总体标准差除以加权平均数）；数字末位按GB/T 8170修约，占比和增长率由未修约的数据计算。
note_findings = 写入标准：差异须经多重检验校正、达到值得写入的大小，并在其他合理口径下大多成立，方才写入；“估计”“似”等措辞表示把握较小。
note_disclosure = 披露控制：作答不足{ $bound }份的数字不公布；可由合计与其他数字相减推出的数字一并不公布，各份备忘录和各张表按同一方案处理。
note_synthetic = 模拟资料：本稿的{ $parts }由程序模拟生成，只为演示版式和方法；公开统计数据是真实的。
part_answers = 问卷答卷
part_schools = 学校数据
part_ledger = 自评、整改和署名意见
