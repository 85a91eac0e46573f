### Rounds of comprehensive evaluations.

round = The round of comprehensive evaluations
round_about = { $title } is planned by { $basis }: from { $first } to { $last } each of { $units } units is evaluated once. Done: { $done }.
round_overdue = Units whose slot is over and that were not begun: { $overdue }. The round has to be planned again.
placement_planned = not begun
placement_begun = under way
placement_done = done
placement_overdue = slot is over
placement_absent = merged
round_slots = How the work is spread
round_changes = Plans and changes
table_round = Slot, observers and reasons, by unit
table_slots = Slots
table_round_changes = When the round was planned, and planned again
slot_column = Slot
observers_column = Observers
visits_column = Visits
moved_column = Moved
