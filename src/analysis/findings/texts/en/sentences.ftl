### Sentences about figures. { $slots } are filled with numbers that carry their cells, with years and with names.

level = { $indicator } in { $unit } stood at { $value }{ $measure } in { $year }.
level_share = { $indicator } in { $unit } stood at { $value }{ $measure } in { $year }, { $share }% of the figure for { $whole }.
level_share_change = { $indicator } in { $unit } stood at { $value }{ $measure } in { $year }, { $share }% of the figure for { $whole }, { $direction } { $change } ({ $growth }%) from { $base }.
level_share_same = { $indicator } in { $unit } stood at { $value }{ $measure } in { $year }, { $share }% of the figure for { $whole }, about the same as in { $base }.
place = { $indicator } in { $unit } stood at { $value }{ $measure } in { $year }, against { $whole_value }{ $measure } for { $whole }: place { $place } of { $peers } { $kinds }, counted from the highest.
growth_beside_whole = { $indicator } in { $unit } { $growing } { $growth }% from { $base } to { $year }; the figure for { $whole } { $whole_growing } { $whole_growth }%.
cv = { $indicator } varied between the { $peers } { $kinds } of { $whole } with a coefficient of variation of { $cv } in { $year } (highest { $highest }, lowest { $lowest }).
cv_change = { $indicator } varied between the { $peers } { $kinds } of { $whole } with a coefficient of variation of { $cv } in { $year }, against { $cv_base } in { $base }.
doubt_change = This change is doubtful: in { $year } the { $indicator } of { $units } exceeded the { $against }. That year's figures must be verified before the gap is said to have widened or narrowed.
flag = { $unit } is on the list of { $year }: { $indicator }.
rate = { $indicator } in { $unit } was published as { $value }{ $measure } for { $year }.
split_series = { $indicator }: the series starts anew in { $year } ({ $reason }); the two stretches are not compared.
