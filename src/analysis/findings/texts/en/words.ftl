### Words. { $slots } are filled with numbers that carry their cells, with years and with names.

up = up
down = down
rising = up
falling = down
grew = rose
fell = fell
