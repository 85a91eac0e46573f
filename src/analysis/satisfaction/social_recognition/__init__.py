"""Public recognition (社会认可度) by its dated rule set: the percentage, its settings, the sample that it asks for."""
