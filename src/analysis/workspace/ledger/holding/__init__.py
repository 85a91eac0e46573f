"""What entries of the ledger are held to beside their form: the calendar, moves, and what they refer to."""
