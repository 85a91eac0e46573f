"""Lint: rules that questionnaires are held to, each with an id, a severity and a page."""

from analysis.surveys.lint.report import as_json, as_sarif, as_text
from analysis.surveys.lint.rules import RULES, Remark, Rule, Severity, explain, lint, load

__all__ = ["RULES", "Remark", "Rule", "Severity", "as_json", "as_sarif", "as_text", "explain", "lint", "load"]
