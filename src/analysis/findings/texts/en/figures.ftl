### Findings about figures. { $x } is a number with its unit, { $x_bare } the number alone; both carry its cell.
### What begins with words_ is a language's own: only its other messages name it.

# Words for directions
words_growth = { $way ->
    [up] rose
    [down] fell
   *[same] changed by
}
words_turn = { $way ->
    [up] up
   *[down] down
}
words_size = { $counting ->
    [many] { words_many }
   *[much] { words_much }
}
words_many = { $way ->
    [up] more
   *[down] fewer
}
words_much = { $way ->
    [up] more
   *[down] less
}
words_height = { $way ->
    [up] higher
   *[down] lower
}
grown = { words_growth } { $by }

# Whose figure
figure_counted = { $unit } had { $value_bare } { $counted }
figure_named = { $kind ->
    [many] { $indicator } in { $unit } came to { $value }
   *[much] In { $unit } the { $inside } came to { $value }
}

# Sizes
size_level = { $figure } in { $year }{ $share }.
size_share = , { $share } of { $whole }'s
size_change = { $shared ->
    [yes] { $figure } in { $year }{ $share } and { $change_bare } ({ $growth }) { words_size } than in { $base }{ $beside }.
   *[no] { $figure } in { $year }, { $change_bare } ({ $growth }) { words_size } than in { $base }{ $beside }.
}
size_steady = { $figure } in { $year }{ $share }, little changed since { $base } ({ words_turn } { $growth }).
broken_change = { $figure } in { $year }, against { $before } in { $base }; the scope differs, and the two are not compared.
whole_grew = { $along ->
    [yes] ; over the same years { $whole }'s { $grown }
   *[no] , while { $whole }'s { $grown }
}
whole_level = , while { $whole }'s hardly changed
growth_counted = Between { $base } and { $year } { $unit } went from { $before_bare } to { $value_bare } { $counted }, { words_turn } { $growth }{ $beside }.
growth_named = Between { $base } and { $year } { $counted } in { $unit } went from { $before_bare } to { $value }, { words_turn } { $growth }{ $beside }.

# Ratios
ratio_gap = { $figure } in { $year }, { words_side } { $whole }'s { words_other }{ $extreme }{ $since }.{ $because }
words_side = { $verdict ->
    [above] above
    [below] below
   *[like] close to
}
words_other = { $counting ->
    [percentage] { $other }
   *[count] { $other_bare }
}
ratio_extreme = { $end ->
    [above] , the highest of the { $peers } { $kinds },
   *[below] , the lowest of the { $peers } { $kinds },
}
ratio_since = { $but ->
    [yes] {" "}but { words_change } than in { $base }
   *[no] {" "}and { words_change } than in { $base }
}
words_change = { $counting ->
    [count] { $change_bare } { words_many }
    [percentage] { $change } { words_height }
   *[figure] { $change_bare } { words_height }
}
ratio_because = { $counting ->
    [many] {" "}Over these years the number of { $first } { $first_grown } and that of { $second } { $second_grown }; whether the first can keep pace with the second deserves attention.
   *[much] {" "}Over these years { $first } { $first_grown } and { $second } { $second_grown }; whether the first can keep pace with the second deserves attention.
}
ratio_counted = { $unit } went from { $before_bare } { $counted } in { $base } to { $value_bare } in { $year }.{ $because }
ratio_named = { $indicator } in { $unit } went from { $before } in { $base } to { $value } in { $year }.{ $because }
ratio_steady = { $figure } in { $year }, close to the { words_before } of { $base }.
words_before = { $counting ->
    [percentage] { $before }
   *[count] { $before_bare }
}

# Unevenness
cv_level = { $indicator } varied across the { $peers } { $kinds } of { $whole } with a coefficient of variation of { $cv } in { $year }, from { $lowest } to { $highest }.
cv_change = { $indicator } varied across the { $peers } { $kinds } of { $whole } with a coefficient of variation of { $cv } in { $year }, { words_cv }; the { $kinds } range from { $lowest } to { $highest }.
words_cv = { $verdict ->
    [up] more than the { $first } of { $base }, so the gap has widened
    [down] less than the { $first } of { $base }, so the gap has narrowed
   *[steady] much like the { $first } of { $base }
}

# Published rates, growth and lists
listed = { $unit } is on the { $year } list of “{ $indicator }”.
published_rate = { $indicator } in { $unit } was published as { $value } for { $year }.
published_growth = By published figures, { $indicator } in { $unit } { words_growth } { $growth } in { $year }{ $reached }{ $beside }.
published_growths = By published figures for { $year }, and beside the year before, in { $unit } { $grown }.
published_one = { $indicator } { words_growth } { $growth }{ $reached }{ $beside }
published_level = {" "}(to { $value })
published_beside = {" "}({ $whole }: { words_turn } { $growth })

# The units most like it
neighbours_counted = Beside the { $kinds } most like it, { $neighbours }, which had between { $lowest_bare } and { $highest_bare } { $counted } in { $year }, { $unit } stands out with { words_neighbours } { $value_bare }.
neighbours_named = { $indicator } in { $unit } stood at { $value } in { $year }, { words_range } of the { $kinds } most like it, { $neighbours } ({ $lowest } to { $highest }).
words_neighbours = { $side ->
    [above] a high
   *[below] a low
}
words_range = { $side ->
    [above] above the range
   *[below] below the range
}

# Many years
course_counted = Between { $base } and { $year } { $unit } went from { $before_bare } to { $value_bare } { $counted }{ $grown }, { words_course } at every one of the { $points } counts.
course_named = { $indicator } in { $unit } went from { $before } in { $base } to { $value } in { $year }{ $grown }, { words_course } at every one of the { $points } counts.
words_course = { $way ->
    [up] rising
   *[down] falling
}
course_grown = , { words_turn } { $growth }

# Figures that contradict each other
exceeds_counted = { $figure } in { $year }, more than its { $other_bare } { $against }, which cannot be. Scope and figures should be verified before anything is read from them.
exceeds_named = { $figure } in { $year }, more than its { $against } of { $other }, which cannot be. Scope and figures should be verified before anything is read from them.
exceed_together = In { $year } the { $indicator } of { $units } exceeded the { $against }, which cannot be, and puts the total of { $whole } in doubt. Each { $kind } should verify its figures.
total_differs = { $figure } in { $year }, while its { $kinds } add up to { $total }, a difference of { $gap } that rounding does not explain. It should be verified.
parts_differ = { $figure } in { $year }, while its parts add up to { $total }, a difference of { $gap } that rounding does not explain. It should be verified.
series_break = { $indicator } of { $unit }: the series starts anew in { $year } ({ $reason }), and the two stretches are not compared.

# High-quality balanced compulsory education
balance_mark = {" "}({ $mark })
balance_cv = { $every ->
    [yes] In { $year } the coefficients of variation between schools of { $unit } were within the limit for { $stages }{ $nearest }{ $mark }.
   *[no] In { $year } the coefficients of variation between schools of { $unit } were within the limit for { $stages }{ $above }{ $unknown }{ $mark }.{ $repair }
}
balance_within = { $all ->
    [every] all { $of } resources in { $stage }
    [yes] all { $of } resources in { $stage }
   *[no] { $n } of { $of } resources in { $stage }
}
balance_nearest = ; nearest to its limit is { $nearest }
balance_above = ; beyond it: { $above }
balance_unknown = ; { $n } more are open, as schools lack figures
balance_coefficient = { $indicator } in { $stage } ({ $cv }, limit { $limit })
balance_repair = {" "}Adding alone would take at least { $needed } to bring this within the limit; where schools or pupils can be arranged otherwise, that must be reckoned apart.
balance_addition = { $added } of { $indicator } in { $stage } ({ $schools_bare } { $schools_count ->
    [one] school
   *[other] schools
})
balance_schools = { $every ->
    [yes] In { $year }, { $stages } in { $unit } met what is asked of a school{ $mark }.
   *[no] In { $year }, { $stages } in { $unit } met what is asked of a school{ $unknown }{ $mark }.{ $weakest }
}
balance_schools_of = { $all ->
    [every] all { $of_bare } { $stage } schools
    [yes] all { $of_bare } { $stage } schools
   *[no] { $n } of { $of_bare } { $stage } schools
}
balance_schools_unknown = ; for { $n } figures are missing, and the verdict is open
balance_weakest = {" "}Of the { $fails } that did not, { $n_bare } lacked { $indicator } most; that is where to begin.
balance_weakest_all = {" "}What the { $fails } that did not lacked most was { $indicator }; that is where to begin.
balance_items = In { $year } { $unit } missed { $n } { $n_count ->
    [one] requirement
   *[other] requirements
}: { $items }. Each should be verified school by school and settled.
balance_item = “{ $item }”
balance_item_schools = “{ $item }” ({ $n_bare } { $n_count ->
    [one] school
   *[other] schools
} beyond it)
balance_item_value = “{ $item }” ({ $value }, required { $limit })
balance_met = By the { $rule }, { $unit } met every part in { $year }{ $mark }.
balance_missed = By the { $rule }, { $unit } did not meet the requirements in { $year }: it missed what is asked of { $missed }{ $still }{ $mark }.
balance_open = By the { $rule }, { $unit } cannot yet be said to have met the requirements in { $year }{ $still }{ $mark }.
balance_still_open = ; on { $n } of { $items } requirements nothing is known, and they count as open, never as met
balance_units = Of the { $units } { $kinds } of { $whole } in { $year }{ $cv }{ $composite }{ $schools }; as a whole{ $met }{ $missed }{ $open }.
balance_units_cv = , { $n } had all coefficients of variation within the limits
balance_units_composite = , { $n } had the composite coefficient within the limit
balance_units_schools = , { $n } had all schools as required
balance_units_met = , { $n } met the requirements
balance_units_missed = , { $n } missed the requirements
balance_units_open = , { $n } { $n_count ->
    [one] is
   *[other] are
} open for want of information

# Required growth of funding
funding_met = In { $year } { $role } in { $unit } grew over the year before by { $grown }, as the requirement “{ $rule }” asks{ $mark }.
funding_missed = In { $year } { $role } in { $unit } grew over the year before by { $grown }, which falls short of the requirement “{ $rule }”{ $mark }; the reason should be found.
funding_grown = { $growth } ({ $indicator }{ $reached }){ $levels }
funding_reached = , to { $value }
funding_levels = {" "}[{ $growth } by the published levels, which are of another scope]
funding_mark = {" "}(a requirement that is in no source read)
funding_open = { $title }: of { $rules } requirements, { $open } cannot be judged for { $unit } in { $year }, as not enough is published. The figures should be gathered.
funding_all_open = { $title }: none of the { $rules } requirements can be judged for { $unit } in { $year }, as not enough is published. The figures should be gathered.

# Targets
target_held = By “{ $title }” the { $indicator } in { $unit } should be { words_target } by { $by }{ $latest }{ words_state }{ $path }.{ $pace }
target_open = By “{ $title }” the { $indicator } in { $unit } should be { words_target } by { $by }{ $latest }; the data cannot tell how far it is on the way.
words_target = { $way ->
    [at_least] at least { $target }
   *[at_most] at most { $target }
}
target_latest = ; in { $year } it was { $value }
words_state = { $state ->
    [reached] , which reaches it
    [missed] , which misses it; the reason should be given
   *[other] {""}
}
target_path = { $state ->
    [behind] , which lags behind a straight line to the target ({ $path })
   *[on_course] , which keeps up with a straight line to the target ({ $path })
}
target_pace = { $enough ->
    [yes] {" "}It takes { $needed } a year from now; since { $base } the average year has brought { $observed }.
   *[no] {" "}It takes { $needed } a year from now, but since { $base } the average year has brought { $observed }; at this pace the target will be missed.
}
