### Parts of a memo. { $slots } are filled with numbers that carry their cells, with years and with names.

title = Education data memo: { $unit }
newest_own = Newest figure of this unit: { $year } ({ $indicator })
newest_peers = Newest school figures for all { $kinds }: { $year }
released = Released { $date }
subject = { $whole }: data memo for the supervision of education duties
summary = Summary
profile = Population and schooling
change = Change
comparison = Compared with the other { $kinds }
balance = Balance between { $kinds }
funding = Funding
notes = Notes on the data
sources = Sources
population = Population
schooling = Schools and students
preschool = Preschool
staffing = Teachers
position = Place among the { $kinds }
course = Course over the years
funding_own = Growth rates published for this unit
funding_whole = { $whole }
funding_above = { $above }
