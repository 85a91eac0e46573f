"""Questionnaires as code: items and their bank, questionnaires held to them, conditions with three truth values."""

from analysis.surveys.bank import Bank, read_bank
from analysis.surveys.history import check_history
from analysis.surveys.survey import Survey, outline, read_survey, read_surveys, schema

__all__ = ["Bank", "Survey", "check_history", "outline", "read_bank", "read_survey", "read_surveys", "schema"]
