"""Questionnaires as code: conditions read, held to the questions, and evaluated with three truth values."""
