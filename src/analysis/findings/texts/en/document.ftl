### Parts of a memo. { $slots } are filled with numbers that carry their cells, with years and with names.

title_unit = How { $unit } fulfils its duties in education: a data memo
title_whole = Education in { $unit }: a data summary for supervision
title_survey = { $about }: survey report
title_topic = { $about } in { $unit }: a data memo
newest_own = Newest published figures of this { $kind }: { $ages }
newest_of = { $year } ({ $topics })
newest_peers = Newest school figures for all { $kinds }: { $year }
released = Released { $date }
internal_version = Internal version, with what was not written and why; not to be passed on
synthetic_notice = Demonstration: survey answers, the school register, ledgers and remarks are simulated; published statistics are real
subject = Data memo for the supervision of education duties
summary = Summary
achievements = Progress
problems = What needs attention
profile = Context
duties = Duties in education
as_answered = What respondents say
balance = Balance
methods = Data and methods
sources = Sources
withheld = What was not written, and why
withheld_intro = What follows did not pass the standard for what a memo may say and is not in the public version. Each entry says why. For checking inside the office only.
withheld_none = Nothing was left out.
withheld_subject = “{ $subject }”, { $year }.
population = Population
schooling = Schools and students
preschool = Preschool
staffing = Teachers
funding = Funding
targets = Targets
key_value = { $value }
key_label = { $name }, { $year }
key_beside = { $whole }: { $value }
key_share = { $value } of { $whole }
key_survey = { $index }, { $who }, { $year }
key_interval = interval { $lower_bare } to { $upper }
overview = Main figures by { $kind }
satisfaction = Satisfaction
self_evaluation = Self-evaluation checked
rectification = Rectification
asked = How it was asked
indices = Results for everybody
groups = Groups
by_unit = By { $kind }
changes = Since the survey before
drivers = What goes together with satisfaction overall
quotes = What people wrote
reliability = Reliability of the scales
topic = The whole
topic_units = By { $kind }
topic_answers = What respondents say
pattern = { $subject } in { $year }: { $said } { $units }.
pattern_whole_above = above { $area } in
pattern_whole_below = below { $area } in
pattern_before_up = higher than the time before in
pattern_before_down = lower than the time before in
pattern_standard_met = the standard is met in
pattern_standard_missed = the standard is missed in
pattern_target_met = the target is met in
pattern_target_missed = the target is missed in
pattern_peers_above = above comparable areas in
pattern_peers_below = below comparable areas in
every_unit = all { $kinds }
index_of = { $index } (“{ $survey }”)
asked_item = { $answers } answers from { $who }{ $placed ->
    [yes] { " " }in { $places }
   *[no] { "" }
 }
asked_so = { $selection ->
    [probability] Asked by probability samples in { $area }: { $items }; results are weighted by the design.
    [census] Everybody asked in { $area }: { $items }. Intervals assume that those who did not answer are like those who did in the same place; nothing is tested.
   *[open] Open to all in { $area }: { $items }, who chose to answer. They stand for these respondents only and are compared with no other { $kind }.
 }
quote_by = on “{ $topic }”, a subject that { $persons } people raised (original in Chinese)
newest_whole = Newest published figures of { $unit }: { $ages }
