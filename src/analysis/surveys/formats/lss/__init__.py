"""LimeSurvey structures (LSS): written, and read into our text."""
