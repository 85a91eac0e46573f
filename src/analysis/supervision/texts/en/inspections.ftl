### Inspections and opinions.

inspection = The evaluation
inspection_about =
    { $title } is { $kind ->
        [special] a special evaluation
        [comprehensive] a comprehensive evaluation
       *[other] an inspection of what was put right
    } of { $units }, { $days ->
        [one] on { $begin }
       *[other] from { $begin } to { $end }
    }.
inspection_topic = It is about { $topic }.
inspection_basis = It rests on { $basis }.
inspection_term = The term that is judged is { $term }.
inspection_joint = { $joint } took part.
inspection_state = State: { $state } ({ $date }).
inspection_not_held = { $title } was dropped on { $date } and is not held.
inspection_counts = Findings on site: { $found }, among them practice worth copying ({ $practices }) and problems ({ $problems }).
inspection_prepared = being prepared
inspection_announced = announced
inspection_on_site = on site
inspection_concluded = concluded
inspection_dropped = dropped
inspection_team = Team
role_leader = Leader
role_deputy = Deputy
role_inspector = Inspector
role_lay_inspector = Lay inspector
role_expert = Expert
role_observer = Observer
role_secretary = Secretary
inspection_questions = Questions
means_papers = papers
means_figures = figures
means_interview = interviews
means_site = on site
means_survey = survey
inspection_found = What was found
found_practice = Practice worth copying:
found_sound = In order:
found_problem = Problems:
found_item = { $text } ({ $duty }).
inspection_figures = Figures and surveys
inspection_figures_note = These are statements of figures and surveys on the duties of the inspection; they do not tell reasons.
inspection_outcome = Opinions
table_outcome = Opinions on the units
issued_column = Issued
declared_column = Declared
not_at_column = Stays away from
visit = The visit
visit_about =
    { $kind ->
        [special] The special evaluation
        [comprehensive] The comprehensive evaluation
       *[other] The inspection of what was put right
    } of { $of } takes place { $days ->
        [one] on { $begin }
       *[other] from { $begin } to { $end }
    }.
visit_leader = The team is led by { $leader }.
visit_raised = Questions that the data raise
visit_raised_note = These statements of figures and surveys speak against the unit. The visit asks for the reasons, which figures do not tell.
visit_why = { " " }What are the reasons, and what was done?
visit_items = Items of rectification that are not closed
visit_schools = Schools drawn
visit_drawn = They were drawn on { $date } by the seed { $seed }, by which anybody gets the same list. For a school that has closed, the next one of the order is taken.
visit_quotas = Who is asked, and how many
visit_quotas_note = The numbers follow from the residents by the rule on recognition by society; the rule set says how.
all_groups = All
inspections = Inspections
opinion = The opinion
opinion_lead = By { $basis }, the team { $kind ->
        [special] made a special evaluation
        [comprehensive] made a comprehensive evaluation
       *[other] inspected what was put right
    } of { $of } from { $begin } to { $end } and heard the unit. The opinion is as follows.
opinion_number = Number: { $number }.
opinion_open = State of this text: { $state }; it is for inside the office.
opinion_until = The unit may reply until { $until }.
opinion_lead_open = By { $basis }, the team { $kind ->
        [special] made a special evaluation
        [comprehensive] made a comprehensive evaluation
       *[other] inspected what was put right
    } of { $of } from { $begin } to { $end }. The preliminary opinion is as follows, for the unit to reply to.
opinion_drafted = being drafted
opinion_preliminary = told to the unit, which may reply
opinion_replied = replied to
opinion_approved = approved, to be issued
opinion_issued = issued
opinion_published = published
opinion_withdrawn = withdrawn
opinion_good = Achievements and practice
opinion_achievements = Achievements:
opinion_practices = Practice worth copying:
opinion_item = { $text } ({ $duty }).
opinion_problems = Problems
opinion_problem = Problem { $number }: { $text } ({ $duty }).
opinion_requests = Requests
opinion_report = Please put this right within the time limits and report in writing; the office will verify it.
opinion_replies = Replies, and what was decided
reply_accepted = accepted
reply_partly = accepted in part
reply_rejected = rejected
reply_open = open
rests_found = Findings on site
rests_supervision = A finding of administrative supervision
rests_audit = A finding of an audit
rests_poll = A poll
rests_media = A press report
rests_claim = A claim of a self-evaluation
rests_opinion = An inspection opinion
held_at_least = ≥ { "" }
held_at_most = ≤ { "" }
table_team = Members of the team
table_questions = Questions of the inspection
table_drawn = Schools drawn, by stage
table_quotas = How many are asked
table_visit_items = Items of rectification that are not closed
table_inspections = Inspections of { $year }
table_opinion_evidence = What shows each problem
table_requests = Requests and time limits
table_replies = Replies and decisions
stage_primary = Primary
stage_junior = Junior secondary
stage_senior = Senior secondary
stage_special = Special education
stage_vocational = Vocational
stage_preschool = Preschool
name_column = Name
role_column = Role
body_column = From
means_column = By
stage_column = Stage
drawn_column = Drawn
frame_column = Of
schools_column = Schools
asked_group_column = Group
persons_column = Persons
problems_column = Problems
number_column = No.
shown_by_column = Shown by
shown_value_column = Figure
held_to_column = Held to
request_column = Request
for_problem_column = Problem
reply_column = Reply
reply_by_column = By
