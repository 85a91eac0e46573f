"""What people said and how they were asked: fieldwork as it happens, on frames."""

from typing import TYPE_CHECKING, Any

from analysis.satisfaction.fieldwork import Plan, daily, forecast, quota, response
from analysis.satisfaction.labels import labels
from analysis.satisfaction.quality import mobilised, pace
from analysis.satisfaction.representativeness import (
    compare_reminders,
    next_reminder,
    r_indicator,
    reminder_chances,
    sample_of,
    whom_to_remind,
)

if TYPE_CHECKING:
    from analysis.satisfaction.fieldwork_page import Fieldwork, as_text, monitor, page

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
    if name in {"Fieldwork", "as_text", "monitor", "page"}:
        from analysis.satisfaction import fieldwork_page

        return getattr(fieldwork_page, name)
    raise AttributeError(name)
