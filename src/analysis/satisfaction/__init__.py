"""What people said and how they were asked: fieldwork as it happens, and the analyses of collected waves."""

from typing import TYPE_CHECKING, Any

from analysis.satisfaction.changes import changes
from analysis.satisfaction.claims import Above, Changed, Claim, Higher, Measured, Reaches
from analysis.satisfaction.crosstab import Crosstab, crosstab
from analysis.satisfaction.doubts import Doubts, doubts
from analysis.satisfaction.drivers import drivers
from analysis.satisfaction.exclusion import with_and_without
from analysis.satisfaction.fieldwork import Plan, daily, forecast, quota, response
from analysis.satisfaction.importance import importance
from analysis.satisfaction.index import index, pool
from analysis.satisfaction.multiverse import CHOICES, EVERY, Multiverse, multiverse
from analysis.satisfaction.nonresponse import Nonresponse, nonresponse
from analysis.satisfaction.open_answers import (
    Comments,
    agreement,
    comments,
    key_terms,
    quotations,
    read_code_frame,
    read_coded,
)
from analysis.satisfaction.precision import classified
from analysis.satisfaction.quality import mobilised, pace
from analysis.satisfaction.recognition import Recognized, recognition
from analysis.satisfaction.recognition_sample import recognition_sample
from analysis.satisfaction.reminders import compare_reminders, next_reminder, reminder_chances, whom_to_remind
from analysis.satisfaction.representativeness import r_indicator, sample_of
from analysis.satisfaction.result import Explanation, Plot, Result
from analysis.satisfaction.scales import scales
from analysis.satisfaction.watch import Fieldwork, monitor

if TYPE_CHECKING:
    from analysis.satisfaction.fieldwork_page import as_text, page

__all__ = [
    "CHOICES",
    "EVERY",
    "Above",
    "Changed",
    "Claim",
    "Comments",
    "Crosstab",
    "Doubts",
    "Explanation",
    "Fieldwork",
    "Higher",
    "Measured",
    "Multiverse",
    "Nonresponse",
    "Plan",
    "Plot",
    "Reaches",
    "Recognized",
    "Result",
    "agreement",
    "as_text",
    "changes",
    "classified",
    "comments",
    "compare_reminders",
    "crosstab",
    "daily",
    "doubts",
    "drivers",
    "forecast",
    "importance",
    "index",
    "key_terms",
    "mobilised",
    "monitor",
    "multiverse",
    "next_reminder",
    "nonresponse",
    "pace",
    "page",
    "pool",
    "quota",
    "quotations",
    "r_indicator",
    "read_code_frame",
    "read_coded",
    "recognition",
    "recognition_sample",
    "reminder_chances",
    "response",
    "sample_of",
    "scales",
    "whom_to_remind",
    "with_and_without",
]


def __getattr__(name: str) -> Any:
    """Load what draws pages when it is asked for."""
    if name in {"as_text", "page"}:
        from analysis.satisfaction import fieldwork_page

        return getattr(fieldwork_page, name)
    raise AttributeError(name)
