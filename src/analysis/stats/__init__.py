"""Pure numbers, no words of the domain.

Of samples: ``design`` (every estimate, its error and its test), ``independent`` (sums of estimates), ``ranks``. Of
series: ``trends``, ``control`` (charts). Of amounts side by side: ``dispersion`` (coefficients of variation, and what
would change them), ``inequality``, ``funnel``, ``placebo`` (one unit among others of its baseline), ``anomalies``
(digits, copies, bunching). Of several variables: ``composite``, ``relative_weights``, ``reliability`` and ``omega`` (of
scales), ``agreement`` (of raters), ``log_odds``. ``multiplicity`` is of many tests, ``disclosure`` of what must not be
published, ``lexicographic`` of whole numbers that are chosen by one objective after the other.
"""

from analysis.stats.design import SurveyDesign, weighted_quantile
from analysis.stats.dispersion import weighted_cv

__all__ = ["SurveyDesign", "weighted_cv", "weighted_quantile"]
