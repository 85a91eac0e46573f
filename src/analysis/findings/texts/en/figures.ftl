### Findings about figures. { $x } is a number with its unit, { $x_bare } the number alone; both carry its cell.
### What begins with words_ is a language's own: only its other messages name it.

# Words for directions
words_growth = { $way ->
    [up] rose
    [down] fell
   *[same] changed by
}
words_a_growth = { $way ->
    [up] a rise of
   *[down] a fall of
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
grown = { words_growth } by { $by }

# Whose figure
figure_counted = { $unit } had { $value_bare } { $counted }
figure_named = { $kind ->
    [many] { $indicator } in { $unit } came to { $value }
   *[much] In { $unit } the { $inside } came to { $value }
}

# Sizes
size_level = { $figure } in { $year }{ $share }.
size_levels = { $counting ->
    [many] { $unit } had { $items } in { $year }.
   *[much] In { $unit } { $items } in { $year }.
 }
size_item = { $value_bare } { $counted }
size_item_named = the { $named } came to { $value }
size_share = , { $share } of { $whole }'s
size_change = { $shared ->
    [yes] { $figure } in { $year }{ $share } and { $change_bare } { words_size } than in { $base }, { words_a_growth } { $growth }{ $beside }.
   *[no] { $figure } in { $year }, { $change_bare } { words_size } than in { $base }, { words_a_growth } { $growth }{ $beside }.
}
broken_change = { $figure } in { $year }, against { $before } in { $base }; the scope differs, and the two are not compared.
whole_grew = { $along ->
    [yes] , against { $by } in { $whole }
   *[no] , while { $whole }'s { words_growth } by { $by }
}
whole_level = , while { $whole }'s hardly changed
growth_together = Between { $base } and { $year }, in { $unit } { $grown }.
growth_and = { $joined ->
    [while] { $so_far }, while { $next }
    [last] { $so_far } and { $next }
   *[comma] { $so_far }, { $next }
}
growth_one = { $again ->
    [yes] { $counted } by { $growth }{ $beside }
   *[no] { $counted } { words_growth } by { $growth }{ $beside }
}
growth_beside = {" "}({ $whole }: { words_turn } { $growth })
growth_counted = Between { $base } and { $year } { $unit } went from { $before_bare } to { $value_bare } { $counted }, { words_turn } { $growth }{ $beside }.
growth_named = Between { $base } and { $year } { $counted } in { $unit } went from { $before_bare } to { $value }, { words_turn } { $growth }{ $beside }.

# Ratios
ratio_gap = { $figure } in { $year }, { words_side } { $whole }'s { words_other }{ $near }{ $extreme }{ $since }.{ $because }
ratio_near = { $joined ->
    [but] {" "}but { words_near }
   *[also] {" "}and { words_near }
}
words_near = { $side ->
    [above] above the range of the { $peers } { $kinds } of comparable population ({ words_near_lowest } to { words_near_highest })
   *[below] below the range of the { $peers } { $kinds } of comparable population ({ words_near_lowest } to { words_near_highest })
}
words_near_lowest = { $lowest_bare }
words_near_highest = { $counting ->
    [count] { $highest_bare }
   *[figure] { $highest }
}
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
ratio_because = { $turned ->
    [up] {" "}Over these years { $first } grew by { $first_growth }, more slowly than { $second } ({ $second_growth }){ $advice }.
    [down] {" "}Over these years { $first } fell by { $first_growth }, faster than { $second } ({ $second_growth }){ $advice }.
   *[apart] {" "}Over these years { $first } fell by { $first_growth } while { $second } grew by { $second_growth }{ $advice }.
}
ratio_advice = ; the { $kind }'s education authority should plan for more { $first }
ratio_counted = { $unit } went from { $before_bare } { $counted } in { $base } to { $value_bare } in { $year }.{ $because }
ratio_named = { $indicator } in { $unit } went from { $before } in { $base } to { $value } in { $year }.{ $because }
ratio_pair = In { $year }, { $unit } had { $first }; it had { $second }.
ratio_one = { $value_bare } { $counted }, { words_side } { $whole }'s { words_other }{ $since }

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
published_growths = { $selected ->
    [yes] Where growth was published for some of the { $kinds } only, in { $unit } { $grown }.
   *[no] By published figures, in { $unit } { $grown }.
}
published_and = { $so_far }; { $next }
published_year = { $grown } in { $year }
published_one = { $indicator } { words_growth } by { $growth }{ $reached }{ $beside }
published_level = {" "}(to { $value })
published_beside = {" "}({ $whole }: { words_turn } { $growth })

# The units most like it
neighbours = { $figure } in { $year }, { words_near }.

# Many years
course_counted = Between { $base } and { $year } { $unit } went from { $before_bare } to { $value_bare } { $counted }{ $grown }, { words_course } at every one of the { $points } counts.
course_named = { $indicator } in { $unit } went from { $before } in { $base } to { $value } in { $year }{ $grown }, { words_course } at every one of the { $points } counts.
words_course = { $way ->
    [up] rising
   *[down] falling
}
course_grown = , { words_turn } { $growth }

# Figures that contradict each other
exceeds_counted = { $figure } in { $year }, more than its { $other_bare } { $against }, which is impossible. Scope and figures should be verified before anything is read from them.
exceeds_named = { $figure } in { $year }, more than its { $against } of { $other }, which is impossible. Scope and figures should be verified before anything is read from them.
exceed_together = In { $year } the { $indicator } of { $units } exceeded the { $against }, which is impossible and puts the total of { $whole } in doubt. Each { $kind } should verify its figures.
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
balance_repair = {" "}If met by added resources alone, at least about { $needed } would be needed, for which the { $kind }'s education authority should plan; other arrangements of schools or pupils must be reckoned apart.
balance_addition = { $added } of { $indicator } in { $stage } ({ $schools_bare } { $schools_count ->
    [one] school
   *[other] schools
})
balance_addition_money = { $added_en } of { $indicator } in { $stage } ({ $schools_bare } { $schools_count ->
    [one] school
   *[other] schools
})
balance_schools_met = In { $year }, { $met } in { $unit } had the resources a school must have{ $mark }{ $register }.
balance_schools_missed = In { $year }, { $failed } in { $unit } fell short of the resources a school must have{ $weakest }{ $others }{ $unknown }{ $mark }{ $register }.
balance_schools_open = In { $year }, { $met } in { $unit } had the resources a school must have{ $unknown }{ $mark }{ $register }.
balance_schools_others = ; { $met } met the requirement
balance_schools_of = { $which ->
    [every] all { $n_bare } { words_schools }
    [all] all { $n_bare } { words_schools }
    [rest] the other { $n_bare } { words_schools }
   *[some] { $n_bare } { words_schools }
}
words_schools = { $stage } { $n_count ->
    [one] school
   *[other] schools
}
balance_schools_unknown = ; { $n_bare } { $n_count ->
    [one] school lacks
   *[other] schools lack
} figures, and the verdict on { $n_count ->
    [one] it
   *[other] them
} is open
balance_schools_unknown_all = In { $year }, { $unknown_bare } { $unknown_count ->
    [one] school
   *[other] schools
} in { $unit } lacked figures, and whether the resources a school must have are there is open{ $mark }{ $register }.
balance_weakest = , most of all in { $indicator }, which the { $kind }'s education authority should see to first
balance_register = {" "}(by a simulated register of schools, whose numbers are not those of the yearbook)
balance_items = In { $year }, { $unit } missed { $n } { $n_count ->
    [one] requirement
   *[other] requirements
}: { $items }. The { $kind }'s education authority should verify each, school by school, and propose how to settle it.
balance_item = “{ $item }”
balance_item_schools = “{ $item }” ({ $n_bare } { $n_count ->
    [one] school
   *[other] schools
} beyond it)
balance_item_value = “{ $item }” ({ $value }, required { $limit })
balance_met = By the { $rule }, { $unit } met all requirements in { $year }{ $mark }.
balance_missed = By the { $rule }, { $unit } missed the requirements on { $missed } in { $year }{ $still }{ $mark }.
balance_open = By the { $rule }, { $unit } cannot yet be said to have met the requirements in { $year }{ $still }{ $mark }.
balance_still_open = ; { $n } of the { $items } conditions that are not about resources could not be judged, and the { $kind }'s education authority should supply the data
balance_part = { $part ->
    [schools] school resources
    [cv] the coefficients of variation between schools
    [composite] the composite coefficient of variation
    [government] government support
    [quality] the quality of education
    [recognition] public recognition
   *[veto] matters of veto
}
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
funding_open = { $title }: too little is published of { $unit } in { $year } to judge { $open } of the { $rules } requirements. The figures should be gathered.
funding_all_open = { $title }: too little is published of { $unit } in { $year } to judge any of the { $open } requirements. The figures should be gathered.

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
