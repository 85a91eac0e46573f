"""How answers were given: signs of haste, carelessness, copies and orders, and results with and without them."""
