"""What people said and how they were asked: fieldwork as it happens, on frames."""

from typing import TYPE_CHECKING, Any

from analysis.satisfaction.fieldwork import Plan, daily, forecast, quota, response
from analysis.satisfaction.labels import labels
from analysis.satisfaction.quality import mobilised, pace
from analysis.satisfaction.reminders import compare_reminders, next_reminder, reminder_chances, whom_to_remind
from analysis.satisfaction.representativeness import r_indicator, sample_of
from analysis.satisfaction.watch import Fieldwork, monitor

if TYPE_CHECKING:
    from analysis.satisfaction.fieldwork_page import as_text, page

__all__ = [
    "Fieldwork",
    "Plan",
    "as_text",
    "compare_reminders",
    "daily",
    "forecast",
    "labels",
    "mobilised",
    "monitor",
    "next_reminder",
    "pace",
    "page",
    "quota",
    "r_indicator",
    "reminder_chances",
    "response",
    "sample_of",
    "whom_to_remind",
]


def __getattr__(name: str) -> Any:
    """Load what draws pages when it is asked for."""
    if name in {"as_text", "page"}:
        from analysis.satisfaction import fieldwork_page

        return getattr(fieldwork_page, name)
    raise AttributeError(name)
