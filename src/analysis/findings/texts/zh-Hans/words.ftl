### Words. { $slots } are filled with numbers that carry their cells, with years and with names.

up = 增加
down = 减少
rising = 提高
falling = 下降
grew = 增长
fell = 下降
