### What people said. { $slots } are filled with numbers that carry their cells, with years and with names.

answers_who = { $respondent ->
    [student] students
    [parent] parents
    [teacher] teachers
    [principal] principals
    [staff] school staff
   *[public] members of the public
 }
answers_places = { $count_count ->
    [one] { $kind ->
        [school] { $count_bare } school
       *[place] { $count_bare } sampled place
     }
   *[other] { $kind ->
        [school] { $count_bare } schools
       *[place] { $count_bare } sampled places
     }
 }
words_answers_scope = { $placed ->
    [yes] { $n_bare } answers from { $places }
   *[no] { $n_bare } answers
 }
words_answers_span = { $confidence } confidence interval { $least_bare } to { $most_bare }

## Levels

answers_level = “{ $index }” among { $who } in { $unit } ({ words_answers_scope }) stands at { $mean }{ $interval ->
    [yes] { " " }({ $confidence } confidence interval { $lower_bare } to { $upper_bare })
   *[no] { "" }
 }{ $beside ->
    [unclear] { $since ->
        [unclear] ; the differences from { $whole }’s { $whole_mean } and from { $before } in { $base } are within sampling error
       *[none] ; the difference from { $whole }’s { $whole_mean } is within sampling error
     }
    [unsure] , against { $whole_mean } in { $whole }, a difference that is not confirmed once all comparisons are adjusted for{ words_answers_since }
    [untested] , against { $whole_mean } in { $whole }{ words_answers_since }
   *[alone] { words_answers_since }
 }{ $rest ->
    [all] ; the other indices do not differ from { $whole }’s beyond sampling error either
    [most] ; how far it is from { $whole } on { $unsure } is not confirmed once all comparisons are adjusted for, and on the other indices it is within sampling error
    [some] ; how far it is from { $whole } on { $unsure } is not confirmed once all comparisons are adjusted for
   *[none] { "" }
 }.{ $strength ->
    [weak] { " " }Answers or schools are few, so the figure is a rough guide only.
   *[other] { "" }
 }
words_answers_since = { $since ->
    [unclear] ; the change from { $before } in { $base } is within sampling error
   *[none] { "" }
 }
answers_level_open = “{ $index }” among the { $who } in { $unit } who chose to answer ({ $n_bare }) stands at { $mean }.

## Differences

answers_gap = “{ $index }” among { $who } in { $unit } ({ words_answers_scope }) stands at { $mean }, { $verdict ->
    [above] { $strength ->
        [strong] { $by } above { $whole }’s { $whole_mean } ({ words_answers_span }), which is beyond sampling error.
        [moderate] an estimated { $by } above { $whole }’s { $whole_mean } ({ words_answers_span }).
       *[weak] which may be above { $whole }’s { $whole_mean } but remains to be verified.
     }
    [below] { $strength ->
        [strong] { $by } below { $whole }’s { $whole_mean } ({ words_answers_span }), which is beyond sampling error.{ words_answers_ask }
        [moderate] an estimated { $by } below { $whole }’s { $whole_mean } ({ words_answers_span }).{ words_answers_ask }
       *[weak] which may be below { $whole }’s { $whole_mean } but remains to be verified.
     }
   *[unclear] with no clear difference from { $whole }’s { $whole_mean }.
 }
words_answers_ask = { $ask ->
    [yes] { " " }Whether schools share this gap or a few account for it should be checked.
   *[no] { "" }
 }
answers_change = { $verdict ->
    [up] { $strength ->
        [strong] “{ $index }” among { $who } in { $unit } rose by { $by } ({ words_answers_span }), { words_answers_course }, which is beyond sampling error.
        [moderate] “{ $index }” among { $who } in { $unit } rose by an estimated { $by } ({ words_answers_span }), { words_answers_course }.
       *[weak] { words_answers_pair }, which may be a rise but remains to be verified.
     }
    [down] { $strength ->
        [strong] “{ $index }” among { $who } in { $unit } fell by { $by } ({ words_answers_span }), { words_answers_course }, which is beyond sampling error.
        [moderate] “{ $index }” among { $who } in { $unit } fell by an estimated { $by } ({ words_answers_span }), { words_answers_course }.
       *[weak] { words_answers_pair }, which may be a fall but remains to be verified.
     }
   *[unclear] { words_answers_pair }, with no clear change.
 }{ $care ->
    [yes] { " " }Some questions were worded otherwise or put to others in the two years, so the comparison asks for care.
   *[no] { "" }
 }
words_answers_course = from { $before } in { $base } ({ $n_before_bare } answers) to { $mean } in { $year } ({ $n_bare })
words_answers_pair = “{ $index }” among { $who } in { $unit } stood at { $before } in { $base } and at { $mean } in { $year }
answers_not_compared = “{ $index }” among { $who } in { $unit } is not compared with { $base }: its questions changed in substance in { $year }.
answers_groups = Grouped by “{ $question }”, “{ $index }” among { $who } in { $unit } { $several ->
    [yes] differs most clearly between “{ $high }” ({ $high_mean }, { $high_n_bare } answers) and “{ $low }” ({ $low_mean }, { $low_n_bare } answers)
   *[no] stands at { $high_mean } for “{ $high }” ({ $high_n_bare } answers) and at { $low_mean } for “{ $low }” ({ $low_n_bare } answers)
 }{ $verdict ->
    [above] { $strength ->
        [strong] : { $by } apart ({ words_answers_span }), which is beyond sampling error.
        [moderate] : an estimated { $by } apart ({ words_answers_span }).
       *[weak] ; that they differ remains to be verified.
     }
   *[unclear] , with no clear difference.
 }

## What goes together

answers_index = “{ $index }”
answers_share = “{ $index }” ({ $share }, { $lower_bare } to { $upper_bare })
answers_driver = Among { $who } in { $unit } ({ $n_bare } answers), what goes most closely with “{ $index }” is { $leading }; the association is weaker for { $others }. In brackets are shares of what all indices account for together ({ $r2 } of the variation), with { $confidence } confidence intervals; they describe association, not cause.

## What people wrote

answers_spoken = “{ $topic }” ({ $placed ->
    [yes] { $persons_bare } persons, in { $places }
   *[no] { $persons_bare } persons
 })
answers_quote = Those { $who } in { $unit } who wrote comments spoke most of { $topics }.

## Recognition

answers_recognition_name = Public recognition
answers_recognition = Public recognition in { $unit }, put together by this office’s own method, is { $share }{ $interval ->
    [yes] { " " }(interval { $lower_bare } to { $upper_bare })
   *[no] { "" }
 }, beside a standard of { $mark } ({ $n_bare } answers to all forms).{ $open ->
    [yes] { " " }One form was answered by volunteers, so no verdict is given; who is less satisfied, and with what, should be looked into.
   *[no] { "" }
 }
answers_recognition_mark = Public recognition in { $unit }, put together by this office’s own method, is { $share }{ $interval ->
    [yes] { " " }(interval { $lower_bare } to { $upper_bare })
   *[no] { "" }
 } and { $verdict ->
    [met] meets the standard of { $mark }
    [missed] does not meet the standard of { $mark }
   *[unclear] cannot be told apart from the standard of { $mark }
 } ({ $n_bare } answers to all forms).

## Notes

answers_note_gathered_probability = { $survey }: a probability sample. { $n_bare } { $who }{ $placed ->
    [yes] { " " }in { $places }
   *[no] { "" }
 } answered, weighted to known totals; { $confidence } confidence intervals are of sampling error only.
answers_note_gathered_census = { $survey }: sent to all schools named. { $n_bare } { $who }{ $placed ->
    [yes] { " " }in { $places }
   *[no] { "" }
 } answered; nobody was drawn, so nothing is tested.
answers_note_gathered_open = { $survey }: open to whoever came. { $n_bare } { $who } chose to answer; they were not drawn, so nothing is tested, no sampling error is given, and figures speak for them alone.
answers_note_no_units = Answers to “{ $survey }” cannot be told apart by unit, so only those of all together are reported.
answers_note_alpha = { $index } { $alpha }
answers_note_reliability = Internal consistency (Cronbach’s alpha) of the indices of “{ $survey }”: { $indices }.
answers_note_cited = { $text }
answers_note_tests = The { $confirmatory_bare } comparisons declared before the surveys are adjusted as one family and the other { $exploratory_bare } as another, each at a false discovery rate of { $rate } (Benjamini and Hochberg) over all units and indices. { $confidence } confidence intervals are of single figures and not adjusted. “Beyond sampling error” means that a difference stands after this adjustment.
