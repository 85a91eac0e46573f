"""The claim reader: the statements of a report found by a grammar, tied to indicators, checked, and commented."""

from analysis.supervision.reading.comments import annotated, check_and_write, commented
from analysis.supervision.reading.reader import CheckedReport, as_json, check_report

__all__ = ["CheckedReport", "annotated", "as_json", "check_and_write", "check_report", "commented"]
