### Self-evaluation beside the evidence, and rectification. { $slots } are filled with numbers that carry their cells.

ledger_clauses = { $first }; { $rest }
ledger_among = { $list }, among others
ledger_newest = { $subject }, newest { $newest }
ledger_index =
    { $index }{ $whose ->
        [student] {" "}(students)
        [parent] {" "}(parents)
        [teacher] {" "}(teachers)
        [principal] {" "}(principals)
        [staff] {" "}(school staff)
        [public] {" "}(public)
       *[other] {""}
    }

claims_checked =
    { $outcome ->
        [none] The self-evaluation of { $unit } for { $year } makes { $claims_bare } { $claims_count ->
            [one] claim that can be held to figures, but it cannot be checked
           *[other] claims that can be held to figures, but none of them can be checked
        } against monitored figures at present.
        [agree] { $checked_count ->
            [one] The only claim in the self-evaluation of { $unit } for { $year } that can be checked
           *[other] Of { $checked_bare } claims in the self-evaluation of { $unit } for { $year } that can be checked, none
        } is found to differ from monitored figures.
        [differ] { $checked_count ->
            [one] The only claim in the self-evaluation of { $unit } for { $year } that can be checked differs
           *[other] All { $checked_bare } claims in the self-evaluation of { $unit } for { $year } that can be checked differ
        } from monitored figures{ $which }. The { $kind } government should correct or explain { $differ_count ->
            [one] it
           *[other] them
        }.
       *[mixed] Of { $checked_bare } claims in the self-evaluation of { $unit } for { $year } that can be checked, { $differ_bare } { $differ_count ->
            [one] differs
           *[other] differ
        } from monitored figures{ $which }. The { $kind } government should correct or explain { $differ_count ->
            [one] it
           *[other] them
        }.
    }
claims_named = : { $list }
claims_named_others = : { $list }; and { $others_bare } more
claim_named_value =
    { $indicator }{ $dated ->
        [yes] {" "}in { $year }
       *[no] {""}
    }, { $claimed } claimed and { $monitored } monitored
claim_named_index =
    { $indicator }{ $dated ->
        [yes] {" "}in { $year }
       *[no] {""}
    }, { $claimed } claimed and { $monitored } estimated by the survey ({ $confidence } confidence interval { $lower_bare } to { $upper })
claim_named_change =
    { $indicator }{ $dated ->
        [yes] {" "}in { $year }
       *[no] {""}
    } compared with { $base }, { $claimed_way ->
        [up] a rise of { $claimed }
        [down] a fall of { $claimed }
       *[steady] no change
    } claimed and { $monitored_way ->
        [up] a rise of { $monitored }
        [down] a fall of { $monitored }
       *[steady] no change
    } monitored
claim_named_growth =
    { $indicator }{ $dated ->
        [yes] {" "}in { $year }
       *[no] {""}
    } compared with { $base }, { $claimed_way ->
        [up] a rise of { $claimed }
        [down] a fall of { $claimed }
       *[steady] no change
    } claimed and { $monitored_way ->
        [up] a rise of { $monitored }
        [down] a fall of { $monitored }
       *[steady] no change
    } monitored
claim_named_direction =
    { $indicator }{ $dated ->
        [yes] {" "}in { $year }
       *[no] {""}
    }, claimed to be { $way ->
        [up] above the figure of { $base }
        [down] below the figure of { $base }
       *[steady] the figure of { $base }
    } and monitored to have { $monitored_way ->
        [up] risen
        [down] fallen
       *[steady] gone
    } from { $before } to { $after }
claim_named_flag =
    { $indicator }{ $dated ->
        [yes] {" "}in { $year }
       *[no] {""}
    }, claimed { $claimed ->
        [yes] yes
       *[no] no
    } and monitored { $monitored ->
        [yes] yes
       *[no] no
    }
claims_together =
    In { $whole } { $units } handed in self-evaluations for { $year }; { $outcome ->
        [none] { $claims_count ->
            [one] the only claim that can be held to figures cannot be checked
           *[other] of { $claims_bare } claims that can be held to figures, none can be checked
        } against monitored figures at present.
        [agree] { $checked_count ->
            [one] the only claim that can be checked
           *[other] of { $checked_bare } claims that can be checked, none
        } is found to differ from monitored figures.
        [differ] { $checked_count ->
            [one] the only claim that can be checked differs
           *[other] all { $checked_bare } claims that can be checked differ
        } from monitored figures, in { $where }. The { $kind } governments concerned should correct or explain this.
       *[mixed] of { $checked_bare } claims that can be checked, { $differ_bare } { $differ_count ->
            [one] differs
           *[other] differ
        } from monitored figures, in { $where }. The { $kind } governments concerned should correct or explain this.
    }
unit_differs = { $unit } ({ $differ_bare })
claim_differs_value =
    { $indicator }, { $year }: the self-evaluation gives { $claimed } and monitoring { $monitored }; the claim is { $difference } { $counted ->
        [yes] { $apart ->
            [above] too many
           *[below] too few
        }
       *[no] { $apart ->
            [above] too high
           *[below] too low
        }
    }.
claim_differs_index =
    { $indicator }, { $year }: the self-evaluation gives { $claimed }, and the survey's estimate is { $monitored } ({ $confidence } confidence interval { $lower_bare } to { $upper }). The claim lies outside the interval, { $difference } too { $apart ->
        [above] high
       *[below] low
    }.
claim_differs_change =
    { $indicator }, { $base } to { $year }: the self-evaluation gives { $claimed_way ->
        [up] a rise of { $claimed }
        [down] a fall of { $claimed }
       *[steady] no change
    }, and monitoring { $monitored_way ->
        [up] a rise of { $monitored }
        [down] a fall of { $monitored }
       *[steady] no change
    }.
claim_differs_growth =
    { $indicator }, { $base } to { $year }: the self-evaluation gives { $claimed_way ->
        [up] a rise of { $claimed }
        [down] a fall of { $claimed }
       *[steady] no change
    }, and monitoring { $monitored_way ->
        [up] a rise of { $monitored }
        [down] a fall of { $monitored }
       *[steady] no change
    }.
claim_differs_direction =
    The self-evaluation says that { $indicator } in { $year } { $way ->
        [up] exceeded the figure of { $base }
        [down] fell short of the figure of { $base }
       *[steady] equalled the figure of { $base }
    }; monitoring has { $before } for { $base } and { $after } for { $year }, which does not bear it out.
claim_differs_flag =
    { $indicator }, { $year }: the self-evaluation says { $claimed ->
        [yes] yes
       *[no] no
    }, and monitoring { $monitored ->
        [yes] yes
       *[no] no
    }.
claim_within = within error
claims_within_note = “Within error”: inside the confidence interval of the survey's estimate, which is no proof.
count_within = Within error (claims)
claims_open =
    { $open_bare } { $open_count ->
        [one] claim
       *[other] claims
    } in the self-evaluation of { $unit } cannot be verified: { $why }.
open_no_figure =
    { $count_count ->
        [one] { $counted ->
            [no] it
           *[yes] { $count_bare }
        } has no monitored figure
       *[other] { $counted ->
            [no] they
           *[yes] { $count_bare }
        } have no monitored figure
    } ({ $subjects })
open_other_year =
    { $count_count ->
        [one] { $counted ->
            [no] it
           *[yes] { $count_bare }
        } is of a year without a monitored figure
       *[other] { $counted ->
            [no] they
           *[yes] { $count_bare }
        } are of years without a monitored figure
    } ({ $subjects })
open_broken =
    { $count_count ->
        [one] { $counted ->
            [no] it
           *[yes] { $count_bare }
        } compares years between which the definition changed
       *[other] { $counted ->
            [no] they
           *[yes] { $count_bare }
        } compare years between which the definition changed
    } ({ $subjects })
open_territory =
    { $count_count ->
        [one] { $counted ->
            [no] it
           *[yes] { $count_bare }
        } is about another territory than the present one
       *[other] { $counted ->
            [no] they
           *[yes] { $count_bare }
        } are about another territory than the present one
    } ({ $subjects })
open_doubtful =
    { $count_count ->
        [one] { $counted ->
            [no] it
           *[yes] { $count_bare }
        } rests on figures that are in doubt themselves
       *[other] { $counted ->
            [no] they
           *[yes] { $count_bare }
        } rest on figures that are in doubt themselves
    } ({ $subjects })
open_withheld =
    { $count_count ->
        [one] { $counted ->
            [no] it
           *[yes] { $count_bare }
        } is about a survey that too few answered
       *[other] { $counted ->
            [no] they
           *[yes] { $count_bare }
        } are about surveys that too few answered
    } ({ $subjects })
open_open_sample =
    { $count_count ->
        [one] { $counted ->
            [no] it
           *[yes] { $count_bare }
        } is about a survey that anybody could answer
       *[other] { $counted ->
            [no] they
           *[yes] { $count_bare }
        } are about surveys that anybody could answer
    } ({ $subjects })
open_unclear =
    { $count_count ->
        [one] { $counted ->
            [no] it
           *[yes] { $count_bare }
        } differs from monitored figures by no more than their error
       *[other] { $counted ->
            [no] they
           *[yes] { $count_bare }
        } differ from monitored figures by no more than their error
    } ({ $subjects })

rectification_items =
    On { $day } the ledger of rectification of { $unit } held { $items_bare } { $items_count ->
        [one] item
       *[other] items
    }{ $extent ->
        [one] , which was { $state }.
        [same] , all of which were { $state }.
       *[several] : { $groups }.
    }
rectification_together =
    On { $day } the ledgers of rectification of { $units } of { $whole } held { $items_bare } { $items_count ->
        [one] item
       *[other] items
    }{ $extent ->
        [one] , which was { $state }.
        [same] , all of which were { $state }.
       *[several] : { $groups }.
    }
rectification_stand = { $count_bare } { $state }
rectification_state =
    { $stand ->
        [closed] closed
        [waiting] reported and awaiting re-inspection
        [inspected] re-inspected and not yet closed
        [returned] returned
        [overdue] overdue and not reported
       *[working] in work
    }
rectification_overdue =
    In { $unit } { $overdue_bare } { $overdue_count ->
        [one] item is
       *[other] items are
    } overdue and not reported: { $list }. Those responsible should report without delay.
rectification_late = “{ $problem }” (due { $due }; responsible: { $owner })
rectification_overdue_in =
    In { $whole } { $overdue_bare } { $overdue_count ->
        [one] item is
       *[other] items are
    } overdue and not reported: { $where }. The { $kind } governments concerned should see to it that they are reported.
unit_overdue = { $unit } ({ $overdue_bare })
rectification_closed = Items of { $unit } that were closed: { $list }.
rectification_done = “{ $problem }” (on { $date })
rectification_worse =
    “{ $problem }” was closed, yet { $figures ->
        [one] the figure behind it has worsened
       *[several] { $indicator } worsened
    }, from { $then_bare } ({ $base }) to { $now } ({ $year }); it should be re-inspected.
rectification_unproven = “{ $problem }” was closed, but no later figure bears it out; the { $owner } should supply evidence.
rectification_figures = Figures behind the items of { $unit }: { $list }. The difference cannot be put down to the measures.
rectification_figure = { $indicator }, { $then } then ({ $base }) and { $now } now ({ $year })
rectification_asked = { $indicator }, { $then } then ({ $base }) and { $now } now ({ $year }, { $confidence } confidence interval { $lower_bare } to { $upper })

opened_column = Opened
due_column = Due
then_and_none = { $figure }: { $then }, no newer figure
then_unknown = { $figure }: no figure to go by
count_inspected = Re-inspected, not closed (items)
