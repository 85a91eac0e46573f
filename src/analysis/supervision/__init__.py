"""The office's year: duties, plan, evidence, self-evaluations and what is published of them."""
