"""What people said and how they were asked: fieldwork as it happens, and the analyses of collected waves."""

from typing import TYPE_CHECKING, Any

from analysis.satisfaction.association.drivers import drivers
from analysis.satisfaction.association.importance import importance
from analysis.satisfaction.fieldwork.forecast import forecast
from analysis.satisfaction.fieldwork.monitoring import Fieldwork, monitor
from analysis.satisfaction.fieldwork.nonresponse import Nonresponse, nonresponse
from analysis.satisfaction.fieldwork.plan import Plan
from analysis.satisfaction.fieldwork.quotas import quota
from analysis.satisfaction.fieldwork.reminders import compare_reminders, next_reminder, reminder_chances, whom_to_remind
from analysis.satisfaction.fieldwork.representativeness import r_indicator, sample_of
from analysis.satisfaction.fieldwork.response import daily, response
from analysis.satisfaction.indices.changes import changes
from analysis.satisfaction.indices.comparability import Comparability, comparability
from analysis.satisfaction.indices.index import index, pool
from analysis.satisfaction.indices.scales import scales
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
from analysis.satisfaction.quality.carelessness import pace
from analysis.satisfaction.quality.doubts import Doubts, doubts
from analysis.satisfaction.quality.exclusion import with_and_without
from analysis.satisfaction.quality.mobilisation import mobilised
from analysis.satisfaction.result import Explanation, Plot, SurveyResult
from analysis.satisfaction.robustness.claims import Above, Changed, Claim, Higher, Measured, Reaches
from analysis.satisfaction.robustness.multiverse import CHOICES, EVERY, Multiverse, multiverse
from analysis.satisfaction.social_recognition.recognition import Recognized, recognition
from analysis.satisfaction.social_recognition.sample_size import recognition_sample
from analysis.satisfaction.tabulation.crosstab import Crosstab, crosstab

if TYPE_CHECKING:
    from analysis.satisfaction.fieldwork.page import as_text, page

__all__ = [
    "CHOICES",
    "EVERY",
    "Above",
    "Changed",
    "Claim",
    "Comments",
    "Comparability",
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
    "SurveyResult",
    "agreement",
    "as_text",
    "changes",
    "classified",
    "comments",
    "comparability",
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
        from analysis.satisfaction.fieldwork import page as pages

        return getattr(pages, name)
    raise AttributeError(name)
