"""LimeSurvey: surveys planned, applied, fielded and collected over its remote control."""
