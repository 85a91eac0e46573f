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
            [differ] {" "}and differ from them, which has to be corrected or explained.
           *[mixed] : { $agree_bare } { $agree_count ->
                [one] agrees
               *[other] agree
            }, { $differ_bare } { $differ_count ->
                [one] differs and has
               *[other] differ and have
            } to be corrected or explained.
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
    { $indicator }, { $year }: { $made ->
        [synthetic] the demonstration self-evaluation
       *[real] the self-evaluation
    } gives { $claimed } and monitoring { $monitored }; the claim is { $difference } too { $apart ->
        [above] high
       *[below] low
    }.
claim_differs_index =
    { $indicator }, { $year }: { $made ->
        [synthetic] the demonstration self-evaluation
       *[real] the self-evaluation
    } gives { $claimed }, and the survey's estimate is { $monitored } ({ $confidence } confidence interval { $lower_bare } to { $upper }). The claim lies outside the interval, { $difference } too { $apart ->
        [above] high
       *[below] low
    }.
claim_differs_change =
    { $indicator }, { $base } to { $year }: { $made ->
        [synthetic] the demonstration self-evaluation
       *[real] the self-evaluation
    } gives { $claimed_way ->
        [up] a rise of { $claimed }
        [down] a fall of { $claimed }
       *[steady] no change
    }, and monitoring { $monitored_way ->
        [up] a rise of { $monitored }
        [down] a fall of { $monitored }
       *[steady] no change
    }.
claim_differs_growth =
    { $indicator }, { $base } to { $year }: { $made ->
        [synthetic] the demonstration self-evaluation
       *[real] the self-evaluation
    } gives { $claimed_way ->
        [up] a rise of { $claimed }
        [down] a fall of { $claimed }
       *[steady] no change
    }, and monitoring { $monitored_way ->
        [up] a rise of { $monitored }
        [down] a fall of { $monitored }
       *[steady] no change
    }.
claim_differs_direction =
    { $made ->
        [synthetic] The demonstration self-evaluation
       *[real] The self-evaluation
    } says that { $indicator } in { $year } { $way ->
        [up] exceeded the figure of { $base }
        [down] fell short of the figure of { $base }
       *[steady] equalled the figure of { $base }
    }; monitoring has { $before } for { $base } and { $after } for { $year }, which does not bear it out.
claim_differs_flag =
    { $indicator }, { $year }: { $made ->
        [synthetic] the demonstration self-evaluation
       *[real] the self-evaluation
    } says { $claimed ->
        [yes] yes
       *[no] no
    }, and monitoring { $monitored ->
        [yes] yes
       *[no] no
    }.
claims_sampled =
    { $sampled_bare } { $sampled_count ->
        [one] claim
       *[other] claims
    } of { $made ->
        [synthetic] the demonstration self-evaluation
       *[real] the self-evaluation
    } that { $sampled_count ->
        [one] agrees rests
       *[other] agree rest
    } on a sample survey: { $sampled_count ->
        [one] it lies
       *[other] they lie
    } within the interval of its estimate, so that the survey does not contradict { $sampled_count ->
        [one] it
       *[other] them
    }, which is no proof.
claims_open =
    { $open_bare } { $open_count ->
        [one] claim
       *[other] claims
    } of { $made ->
        [synthetic] the demonstration self-evaluation
       *[real] the self-evaluation
    } of { $unit } cannot be verified: { $why }.
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
        [one] item
       *[other] items
    }{ $made ->
        [synthetic] {" "}of the demonstration ledger (invented)
       *[real] {""}
    } { $overdue_count ->
        [one] is
       *[other] are
    } overdue and not reported: { $list }.
rectification_late = “{ $problem }” (due on { $due }, { $owner })
rectification_overdue_in =
    In { $whole } { $overdue_bare } { $overdue_count ->
        [one] item
       *[other] items
    }{ $made ->
        [synthetic] {" "}of the demonstration ledgers (invented)
       *[real] {""}
    } { $overdue_count ->
        [one] is
       *[other] are
    } overdue and not reported: { $where }.
unit_overdue = { $unit } ({ $overdue_bare })
rectification_closed =
    Items of { $unit } that were closed{ $made ->
        [synthetic] , by the demonstration ledger (invented)
       *[real] {""}
    }: { $list }.
rectification_done = “{ $problem }” (on { $date })
rectification_figures =
    Figures behind the items of { $unit }{ $made ->
        [synthetic] , by the demonstration ledger (invented)
       *[real] {""}
    }: { $list }. Items are listed because a figure was unfavourable, and such figures tend to drift back by themselves; the difference cannot be put down to the measures.
rectification_figure = { $indicator }, { $then } then ({ $base }) and { $now } now ({ $year })
rectification_asked = { $indicator }, { $then } then ({ $base }) and { $now } now ({ $year }, { $confidence } confidence interval { $lower_bare } to { $upper })
