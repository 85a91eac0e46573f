### Notes on the data. { $slots } are filled with numbers that carry their cells, with years and with names.

note_newest = Age of the data: this memo uses public figures up to { $year }. The newest figure of { $unit } is from { $newest } ({ $indicator }); the newest school figures complete for all { $kinds } are from { $complete }. They do not describe the present.
note_boundaries = Boundaries: the figures of all years are put on the boundaries of { $boundaries }.
note_merged = Totals of { $unit } for { $years } add up { $parts }; ratios are computed anew from the added parts, never added or averaged.
note_renamed = Figures of { $unit } for { $years } were published under the name { $parts }; the territory is the same.
note_not_additive = { $indicator } of { $unit } for { $year } was published as a rate of the units before their merger; rates cannot be added, so none is given.
note_above = In { $year } the { $indicator } of { $units } exceeded the { $against }, which cannot be; ratios and changes that rest on that year must be verified.
note_above_own = For { $unit } they are { $value }{ $measure } against { $other }.
note_caution = { $indicator }: { $text }{ $certainty }.
note_variant = { $indicator }: this memo uses the definition “{ $variant }”{ $certainty }.
note_variant_how = { $indicator }: this memo uses the definition “{ $variant }”{ $certainty }. { $how }.
variant_C = {" "}(read in no source)
variant_own = {" "}(this office's own choice)
note_duty_c = The duty “{ $duty }”: no official text of it was seen; the official wording decides.
inference = {" "}(an inference; no source says so)
note_total = { $indicator } of { $whole } for { $year } was published as { $value }{ $measure }; the { $kinds } add up to { $sum }, a difference of { $gap }, { $cause }.
cause_unknown = more than rounding explains; to be verified
note_totals_agree = Wherever all { $kinds } have figures, they add up to the published figure of { $whole } within rounding, unless noted.
former = the former { $former }
note_rounded = Figures published in coarser units (ten thousands) are converted; they are no more precise than they were printed.
note_method = Coefficients of variation are weighted by students (population standard deviation over the weighted mean). Numbers are rounded half to even (GB/T 8170); shares and growth rates are computed before rounding.
note_findings = What is said: a difference is written down only if it stands after adjustment for multiple tests, is large enough to matter, and holds in most other reasonable reckonings; words such as “estimated” and “seems” mark less certainty.
note_disclosure = Disclosure: numbers from fewer than { $bound } answers are not published, nor are numbers from which these could be worked out; all memos and tables follow one pattern.
note_synthetic = Simulated: { $parts } in this version are made by a program to show layout and methods; the published statistics are real.
part_answers = the answers
part_schools = the schools
part_ledger = self-evaluations, rectification and signed remarks
