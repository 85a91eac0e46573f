### Self-evaluation beside the evidence, and rectification. { $slots } are filled with numbers that carry their cells.

ledger_clauses = { $first }; { $rest }
ledger_among = among them { $list }
ledger_newest = { $subject }, newest { $newest }
ledger_index =
    { $index }{ $whose ->
        [student] {" "}of students
        [parent] {" "}of parents
        [teacher] {" "}of teachers
        [principal] {" "}of principals
        [staff] {" "}of school staff
        [public] {" "}of the public
       *[other] {""}
    }

claims_checked =
    { $made ->
        [synthetic] The demonstration self-evaluation (invented)
       *[real] The self-evaluation
    } of { $unit } for { $year } makes { $claims_bare } { $claims_count ->
        [one] claim
       *[other] claims
    } that can be held to figures; { $outcome ->
        [none] none of them can be checked against monitored figures at present.
       *[other] { $extent ->
            [all] all can be checked
           *[some] { $checked_bare } can be checked
        } against monitored figures{ $outcome ->
            [agree] {" "}and agree.
            [differ] {" "}and differ from them.
           *[mixed] : { $agree_bare } { $agree_count ->
                [one] agrees
               *[other] agree
            }, { $differ_bare } { $differ_count ->
                [one] differs
               *[other] differ
            }.
        }
    }
claims_together =
    In { $whole } { $units } handed in { $made ->
        [synthetic] demonstration self-evaluations (invented)
       *[real] self-evaluations
    } for { $year } with { $claims_bare } { $claims_count ->
        [one] claim
       *[other] claims
    } that can be held to figures; { $outcome ->
        [none] none of them can be checked against monitored figures at present.
       *[other] { $extent ->
            [all] all can be checked
           *[some] { $checked_bare } can be checked
        } against monitored figures{ $outcome ->
            [agree] {" "}and agree.
            [differ] {" "}and differ from them, in { $where }.
           *[mixed] : { $agree_bare } { $agree_count ->
                [one] agrees
               *[other] agree
            }, { $differ_bare } { $differ_count ->
                [one] differs
               *[other] differ
            }, in { $where }.
        }
    }
unit_differs = { $unit } ({ $differ_bare })
claim_differs_value =
    For { $indicator } in { $year } the self-evaluation gives { $claimed }, and monitoring { $monitored }: the claim is { $difference } too { $apart ->
        [above] high
       *[below] low
    }.
claim_differs_index =
    For { $indicator } in { $year } the self-evaluation gives { $claimed }; the survey's estimate is { $monitored } (interval { $lower_bare }–{ $upper }). The claim lies outside the interval, { $difference } too { $apart ->
        [above] high
       *[below] low
    }.
claim_differs_change =
    From { $base } to { $year } { $indicator }, by the self-evaluation, { $claimed_way ->
        [up] rose by { $claimed }
        [down] fell by { $claimed }
       *[steady] did not change
    }; by monitored figures the number { $monitored_way ->
        [up] rose by { $monitored }
        [down] fell by { $monitored }
       *[steady] did not change
    }.
claim_differs_growth =
    From { $base } to { $year } { $indicator }, by the self-evaluation, { $claimed_way ->
        [up] grew by { $claimed }
        [down] fell by { $claimed }
       *[steady] did not change
    }; by monitored figures the number { $monitored_way ->
        [up] grew by { $monitored }
        [down] fell by { $monitored }
       *[steady] did not change
    }.
claim_differs_direction =
    The self-evaluation says that { $indicator } in { $year } { $way ->
        [up] exceeded the figure of { $base }
        [down] fell short of the figure of { $base }
       *[steady] equalled the figure of { $base }
    }; monitoring has { $before } for { $base } and { $after } for { $year }, which does not bear it out.
claim_differs_flag =
    For “{ $indicator }” in { $year } the self-evaluation says { $claimed ->
        [yes] yes
       *[no] no
    }, and monitoring { $monitored ->
        [yes] yes
       *[no] no
    }.
claims_sampled =
    Of the claims that agree, { $sampled_bare } { $sampled_count ->
        [one] rests
       *[other] rest
    } on a sample survey and { $sampled_count ->
        [one] lies
       *[other] lie
    } within the interval of its estimate: the survey does not contradict { $sampled_count ->
        [one] it
       *[other] them
    }, which is no proof.
claims_open =
    { $open_bare } further { $open_count ->
        [one] claim
       *[other] claims
    } of { $unit } cannot be verified: { $why }.
open_no_figure = { $count_bare } { $count_count ->
        [one] has
       *[other] have
    } no monitored figure ({ $subjects })
open_other_year = { $count_bare } { $count_count ->
        [one] is
       *[other] are
    } of a year without a monitored figure ({ $subjects })
open_broken = { $count_bare } { $count_count ->
        [one] compares
       *[other] compare
    } years between which the definition changed ({ $subjects })
open_territory = { $count_bare } { $count_count ->
        [one] is
       *[other] are
    } about another territory than the present one ({ $subjects })
open_doubtful = { $count_bare } { $count_count ->
        [one] rests
       *[other] rest
    } on figures that are in doubt themselves ({ $subjects })
open_withheld = { $count_bare } { $count_count ->
        [one] is
       *[other] are
    } about a survey that too few answered ({ $subjects })
open_open_sample = { $count_bare } { $count_count ->
        [one] is
       *[other] are
    } about a survey that anybody could answer ({ $subjects })
open_unclear = { $count_bare } { $count_count ->
        [one] differs
       *[other] differ
    } from monitored figures by no more than their error ({ $subjects })

rectification_items =
    On { $day } { $made ->
        [synthetic] the demonstration ledger of rectification (invented)
       *[real] the ledger of rectification
    } of { $unit } held { $items_bare } { $items_count ->
        [one] item
       *[other] items
    }{ $extent ->
        [one] {""}, which { $stand ->
            [closed] was closed
            [waiting] was reported and awaited re-inspection
            [returned] was returned
           *[working] was being worked on
        }.
        [same] {""}, all of which { $stand ->
            [closed] were closed
            [waiting] were reported and awaited re-inspection
            [returned] were returned
           *[working] were being worked on
        }.
       *[several] : { $groups }.
    }
rectification_together =
    On { $day } { $made ->
        [synthetic] the demonstration ledgers of rectification (invented)
       *[real] the ledgers of rectification
    } of { $units } of { $whole } held { $items_bare } { $items_count ->
        [one] item
       *[other] items
    }{ $extent ->
        [one] {""}, which { $stand ->
            [closed] was closed
            [waiting] was reported and awaited re-inspection
            [returned] was returned
           *[working] was being worked on
        }.
        [same] {""}, all of which { $stand ->
            [closed] were closed
            [waiting] were reported and awaited re-inspection
            [returned] were returned
           *[working] were being worked on
        }.
       *[several] : { $groups }.
    }
rectification_stand =
    { $count_bare } { $stand ->
        [closed] closed
        [waiting] reported and awaiting re-inspection
        [returned] returned
       *[working] being worked on
    }
rectification_overdue =
    In { $unit } { $overdue_bare } { $overdue_count ->
        [one] item is
       *[other] items are
    } overdue and not reported: { $list }.
rectification_late = “{ $problem }” (due on { $due }, { $owner })
rectification_overdue_in =
    In { $whole } { $overdue_bare } { $overdue_count ->
        [one] item is
       *[other] items are
    } overdue and not reported: { $where }.
unit_overdue = { $unit } ({ $overdue_bare })
rectification_closed = Closed in { $unit }: { $list }.
rectification_done = “{ $problem }” (on { $date })
rectification_figures = Figures behind the items: { $list }. Items are listed because a figure was unfavourable, and such figures tend to drift back by themselves; the difference cannot be put down to the measures.
rectification_figure = { $indicator } stood then, in { $base }, at { $then } and now, in { $year }, at { $now }
rectification_asked = { $indicator } stood then, in { $base }, at { $then } and now, in { $year }, at { $now } (interval { $lower_bare }–{ $upper })
