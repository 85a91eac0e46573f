"""Figures: facts of indicators for all units of a run, and the findings that they may carry."""
