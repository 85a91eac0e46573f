### Why a finding was not written, for the list inside the office. { $value } and the like carry cells; { $bound } is the rule's.

withheld_suppressed = Left out: the data it rests on are not published, for the sake of disclosure control.
withheld_small = Left out: fewer than { $bound } answered, and respondents were promised that nothing so small is published.
withheld_incomplete = Left out for want of { $missing }.
withheld_contradictory = Left out: its numbers contradict what it says, which must be cleared up first.
withheld_open_sample = Left out: anyone could take part in the survey, so it speaks for its respondents only and carries no comparison.
withheld_few_answers =
    Left out: it rests on { $value } { $value_count ->
        [one] answer
       *[other] answers
    }, fewer than the { $bound } that are needed.
withheld_few_places =
    Left out: only { $value } sampled { $value_count ->
        [one] place
       *[other] places
    } (schools or streets), fewer than the { $bound } that are needed.
withheld_few_df =
    Left out: with { $value } degrees of freedom, fewer than { $bound }, the error itself is not known well enough.
withheld_few_effective = Left out: its answers are worth { $value } independent ones (answers over design effect), fewer than { $bound }.
withheld_odd_design = Left out: a design effect of { $value }, outside { $lowest } to { $highest }, points to an error in weights or sampled places.
withheld_wide = Left out: its margin of error of ±{ $value } points is wider than ±{ $bound }.
withheld_incomparable = Left out: the questions it compares cannot be compared.
withheld_broken = Left out: the series has a break in between.
withheld_broken_between = Left out: the figures of { $base } and { $year } are of different scope.
withheld_doubtful = Left out: its figures are doubtful and must be verified first.
withheld_undeclared = Left out: it is given as a declared test, and the sealed analyses have no such test.
withheld_unadjusted = Left out: it was not adjusted for the number of tests.
withheld_noise = Left out: its adjusted p of { $value } is above { $bound }, so the difference may be chance.
withheld_noise_interval = Left out: its interval, { $lower } to { $upper }, includes { $null }, so the difference may be chance.
withheld_trifling = Left out: a difference of { $value } is below the smallest worth a sentence, { $bound }.
withheld_not_alike = Left out: the data do not show that the two are alike.
withheld_not_alike_within = Left out: the data do not show that the two are within { $bound } of each other, so they may not be called alike.
withheld_fragile = Left out: it holds in { $held } of { $universes } reasonable ways to reckon, less than { $bound }%.
withheld_unclear = Left out: the data cannot tell yet.
withheld_said_elsewhere = Left out here: said elsewhere already.

missing_cells = the data it rests on
missing_estimate = an estimate
missing_base_year = a year to compare with
missing_reference = something to hold it to
missing_n = the number of answers
missing_psus = the number of sampled places
missing_df = the degrees of freedom
missing_interval = an interval
withheld_unapproved = Not written, as the self-evaluation that it rests on has not been approved yet.
