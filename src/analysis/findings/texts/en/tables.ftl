### Tables and charts. { $slots } are filled with numbers that carry their cells, with years and with names.

table_levels = { $topic }: main figures of { $unit }
table_change = Change in { $unit } (boundaries of { $boundaries })
table_position = { $unit } compared with { $whole }
table_balance = Coefficients of variation between the { $kinds } of { $whole }
table_funding = Funding: main figures of { $whole }
chart_dots = { $indicator } by { $kind }, { $year }
chart_multiples = { $indicator } by { $kind } ({ $base } = 100)
chart_lines = { $indicator }, { $above }
alt_dots = Dot plot of { $indicator } by { $kind }, from the highest down, with { $unit } picked out and a broken line for { $whole }.
alt_multiples = Small line charts, one a { $kind }: { $indicator } as an index of { $base }, with { $unit } picked out.
alt_lines = Line chart of { $indicator }, { $above }; the lines are interrupted where the definition changed.
break_label = definition changed
indicator = Indicator
years = Years
whole_column = { $whole }, same year
change_column = Change
growth_column = Growth %
whole_growth_column = { $whole }, growth %
value_column = { $unit }
lowest = Lowest
highest = Highest
place_column = Place
year_column = Year
cv_column = CV
peers_column = { $kinds }
doubt_mark = {"*"}
doubt_note = {"*"} Rests on doubtful figures; see the notes on the data.
source_line = Source: { $sources }.
no_value_note = — No figure available.
