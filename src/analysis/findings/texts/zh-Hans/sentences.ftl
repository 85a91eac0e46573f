### Sentences about figures. { $slots } are filled with numbers that carry their cells, with years and with names.

level = { $year }年，{ $unit }{ $indicator }为{ $value }{ $measure }。
level_share = { $year }年，{ $unit }{ $indicator }为{ $value }{ $measure }，占{ $whole }的{ $share }%。
level_share_change = { $year }年，{ $unit }{ $indicator }为{ $value }{ $measure }，占{ $whole }的{ $share }%，比{ $base }年{ $direction }{ $change }{ $measure }，{ $growing }{ $growth }%。
level_share_same = { $year }年，{ $unit }{ $indicator }为{ $value }{ $measure }，占{ $whole }的{ $share }%，与{ $base }年基本持平。
place = { $year }年，{ $unit }{ $indicator }为{ $value }{ $measure }，{ $whole }为{ $whole_value }{ $measure }；由高到低在{ $peers }个{ $kind }中居第{ $place }位。
growth_beside_whole = { $base }年至{ $year }年，{ $unit }{ $indicator }{ $growing }{ $growth }%，{ $whole }{ $whole_growing }{ $whole_growth }%。
cv = { $year }年，{ $whole }{ $peers }个{ $kind }之间{ $indicator }的差异系数为{ $cv }（最高{ $highest }{ $measure }，最低{ $lowest }{ $measure }）。
cv_change = { $year }年，{ $whole }{ $peers }个{ $kind }之间{ $indicator }的差异系数为{ $cv }，{ $base }年为{ $cv_base }。
doubt_change = 这一变化存疑：{ $year }年{ $units }的{ $indicator }大于{ $against }，该年数字须先核实，不宜据此判断差距扩大或缩小。
flag = { $unit }列入{ $year }年{ $indicator }名单。
rate = 据公布，{ $year }年{ $unit }{ $indicator }为{ $value }{ $measure }。
split_series = { $indicator }自{ $year }年起口径有变（{ $reason }），前后分段，不作比较。
