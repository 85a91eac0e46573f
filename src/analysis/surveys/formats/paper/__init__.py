"""On paper: forms in Word and PDF, and posters that lead to a form."""
