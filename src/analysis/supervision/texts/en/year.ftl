### The office's year: notices, bulletins, plan, duties, reports.

notice_scope = Who evaluates itself
notice_grounds = On the basis of { $basis }, this is the notice of the self-evaluations of { $year } on duties in education.
notice_units =
    { $kind ->
        [department] Departments that evaluate themselves ({ $asked_bare }): { $units }.
       *[other] The { $kinds } that evaluate themselves ({ $asked_bare }): { $units }.
    }
notice_content = What is evaluated
notice_points = Every point below is answered, and the figures that it asks for are given; the targets of the government's term and what the yearly monitoring and review of balance found are part of it.
notice_own = The points below are an example; those that the office issues hold.
notice_how = How it is handed in and reviewed
notice_due = The forms are handed in by { $due }; who has not is reminded.
notice_due_of = For { $units } it is { $due }.

asks_responsible = text, of those who answer for it
asks_text = text
asks_figures = text and figures
asks_targets = targets of the term
asks_balance = monitoring and review

progress = Where the self-evaluations stand
progress_counts =
    { $kind ->
        [department] Departments asked: { $asked_bare }
       *[other] Of the { $kinds } asked: { $asked_bare }
    }, by { $due }; handed in { $handed_in_bare }, returned at least once { $returned_once_bare }, approved { $approved_bare }, overdue { $overdue_bare }.
evaluation_requested = asked for
evaluation_submitted = handed in, to be checked
evaluation_returned = returned, to be corrected
evaluation_checked = checked, in audit
evaluation_audited = audited, to be approved
evaluation_approved = approved
evaluation_published = published
evaluation_withdrawn = withdrawn, to be corrected or approved again
evaluation_faults = What the checks found
aspect_complete = completeness
aspect_consistent = consistency
aspect_targets = targets of the term
aspect_evidence = evidence
evaluation_returns = What was returned
audit_flags = What departments say
flag_confirmed = confirmed
flag_objected = objected
flag_cannot_tell = cannot tell
flag_none = no answer

course = How this bulletin came about
course_asked = It is made on the basis of { $basis }; the notice for { $year } was sent on { $date }.
course_submitted =
    The self-evaluation was handed in on { $date }{ $returned_count ->
        [0] {""}
        [one] {" "}(after one return)
       *[other] {" "}(after { $returned_bare } returns)
    }, and the office compared each figure with the monitored one.
course_audits =
    Departments audited { $audits } claims: { $confirmed_bare } confirmed, { $objected_bare } objected to, { $cannot_tell_bare } that they cannot tell{ $unanswered_count ->
        [0] {""}
       *[other] , { $unanswered_bare } not answered
    }.
course_approved = It was approved on { $date }.
course_open = The self-evaluation now stands at “{ $state }”; this draft is for use inside the office.
answers = What the unit says
answers_own = These are the words of the unit that evaluates itself, unchanged by this office, and figures within them were compared with the monitored ones as far as they could be read; how the figures that it claims compare is under “Self-evaluation”.
answers_point = { $asked }
answers_papers = Papers: { $papers }
answers_no_papers = No papers
term_targets = Targets of the government's term
term_targets_note = The table holds the claimed and the monitored figures to the targets of the term. A target whose year is still to come is not judged.
term_target_false = By the figure that { $unit } claims, the target for { $indicator } is reached; by the monitored one it is not, which has to be cleared up.
target_at_least = at least by { $by }:{" "}
target_at_most = at most by { $by }:{" "}
of_year = {" "}({ $year })
target_state_reached = reached
target_state_under_way = not due yet
target_state_missed = missed
target_state_open = no figure
target_state_false = not as monitored
collected = The bulletins as a whole
collected_counts =
    { $kind ->
        [department] Departments asked for { $year }: { $asked_bare }
       *[other] Of the { $kinds } asked for { $year }: { $asked_bare }
    }; handed in { $handed_in_bare }, approved { $approved_bare }.
collected_figures = The figures, compared
collected_figures_note = The tables hold approved self-evaluations only; “agrees” means within the rounding of the claimed number. The { $kinds } stand in the order of their codes and are not ranked.

responsible = Who answers for what
responsible_own = The department answers for { $duties }.
responsible_for = { $departments } answer for this duty.
responsible_note = As the rule set of responsibilities says, which the office sets.
nobody = nobody named
coverage = What there is on each duty
coverage_none = Without any evidence: { $duties }.
coverage_self_reported = With nothing but what units say of themselves: { $duties }.
coverage_all = On every duty there is evidence beside self-evaluations.
status_none = none
status_self_reported = own word only
status_evidenced = evidence
mark_none = —
mark_self_reported = ○
mark_evidenced = ●
marks_note = ● figures, surveys, findings of others, or items of rectification; ○ only what the unit says of itself; — nothing.
marks_of_departments = Departments have marks for the duties that they answer for; ● evidence; ○ only its own word; — nothing.
duty_units_evidenced = Evidence beside the unit's own word: { $units }.
duty_units_self_reported = Only the unit's own word: { $units }.
duty_units_none = Nothing: { $units }.
every_evaluated = all { $kinds } and departments that answer for it
duty_claims = Claims that need attention
duty_claims_note = The table holds what units claim on this duty and what differs from the monitored figure or cannot be verified; what agrees is in the bulletins.
duty_items = Items of rectification
others = What others found
others_note = Findings of administrative supervision, special audits, polls of the statistics bureau and the media, as their sources have them; numbers stand beside the monitored ones.
others_differ =
    { $kind ->
        [supervision] Administrative supervision
        [audit] A special audit
        [poll] A poll
       *[media] A report of the media
    } (source: { $source }) has { $value } for { $indicator } of { $unit } in { $year }; the monitored figure is { $monitored }. The difference of { $difference } has to be cleared up.
others_supervision = supervision
others_audit = audit
others_poll = poll
others_media = media
reliability_note = Reliability: A own records, B a copy or summary, C hearsay.

plan = The plan of the year
plan_grounds = The plan of { $year } rests on { $basis }; progress is as of the day of this document.
plan_late = Over their time and not done: { $entries }.
plan_named = {" "}({ $units })
plan_self_evaluation = self-evaluation
plan_monitoring = monitoring
plan_survey = survey of satisfaction
plan_special = special evaluation
plan_comprehensive = comprehensive supervision
plan_re_inspection = re-inspection
plan_report = report
plan_publication = publication
plan_state_planned = not begun
plan_state_begun = begun
plan_state_done = done
plan_state_dropped = dropped
plan_state_overdue = overdue
decided = What the committee decided
decision_open = open
decision_done = done
decision_overdue = overdue
delivered = What third parties delivered
delivered_note = Deliveries are checked row by row against their contract: what holds is taken in, anything else comes back whole. Both are logged with a checksum.
delivery_accepted = accepted
delivery_refused = refused
done = What the office did
done_grounds = In { $year } the office evaluated, on the basis of { $basis }, how departments and { $kinds } fulfil their duties in education.
done_evaluations =
    { $kind ->
        [department] Self-evaluations of departments: { $asked_bare } asked for, { $handed_in_bare } handed in, { $returned_once_bare } returned for correction, { $approved_bare } approved.
       *[other] Self-evaluations of { $kinds }: { $asked_bare } asked for, { $handed_in_bare } handed in, { $returned_once_bare } returned for correction, { $approved_bare } approved.
    }
done_report = The self-report was submitted on { $date }.
report_course = How the report came about
report_noticed = notice received
report_drafted = drafted
report_approved = approved by the government
report_posted = posted
report_submitted = submitted
report_length_set = The text has { $characters } in Chinese; the notice of { $year } allows { $most }.
report_length_own = The text has { $characters } in Chinese. No limit was found for { $year }; { $most } is a reminder only.
report_open = The report was posted from { $begin } to { $end }; objections: { $objections_bare }.
report_text = The report

head_column = Head
asked_column = Point
asks_column = Asked for
submitted_column = Handed in
late_column = Days late
reminders_column = Reminders
returned_column = Returns
audits_column = Audits
unanswered_column = No answer
evaluation_due_column = Due
reminder_column = Next reminder
aspect_column = Aspect
found_column = What was found
date_column = Date
by_column = Decided by
reasons_column = Reasons
said_column = Claim
department_column = Department
flag_column = Answer
duty_column = Duty
departments_column = Departments
status_column = Rests on
covered_indicators = Indicators
covered_figures = With figures
covered_themes = Themes
covered_collected = Asked about
covered_claims = Claims
covered_answers = Answers
covered_others = Others
covered_items = Items
others_kind_column = Kind
statement_column = What was found
source_column = Source
reliability_column = Reliability
others_value_column = Theirs
entry_column = Entry
how_column = How
units_column = Units
done_column = Done
begins_column = From
ends_column = To
owner_column = Owner
meeting_column = Meeting
decision_column = Decision
supplier_column = Supplier
contract_column = Contract
file_column = File
rows_column = Rows
faults_column = Faults
step_column = Step
table_points = { $form }: its points
table_progress = Self-evaluations of { $year }
table_faults = What the checks found
table_returns = Returned for correction
table_audits = Claims that departments object to, cannot tell, or have not answered
table_collected =
    { $sort ->
        [department] Claims of departments, { $year }
       *[other] Claims of { $kinds }, { $year }
    }
evaluated_column = Unit
indicator_column = Indicator
term_column = Term
term_target_column = Target
table_term_targets = Targets of the term
table_collected_figure =
    { $name }{ $form ->
        [growth] {" "}(growth, %)
        [change] {" "}(change)
        [direction] {" "}(direction)
       *[other] {""}
    }
table_responsible = Departments that answer for each duty
table_coverage = What there is on each duty, up to { $year }
table_duty_status =
    { $sort ->
        [department] What each department's duties rest on
       *[other] What each duty rests on, by { $kind }
    }
table_duty_claims = Claims that differ or cannot be verified
table_duty_items = Items of rectification
table_others = What others found, beside the monitored figures
table_plan = Plan of { $year }
table_decisions = Decisions
table_deliveries = Deliveries
table_report = Steps of the report
