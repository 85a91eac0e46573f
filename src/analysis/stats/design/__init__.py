"""Estimates that respect how a sample was drawn.

A variance is found in one of four ways, which agree where two of them apply (the tests hold them to it). *Cells*
(``cells``, ``variance``) are the general one: sums of scores over unit and domain, for ``mean``, ``total``, ``ratio``,
``variance``, ``proportion``, ``quantile``, ``covariance`` and ``contrast``, and the only one that a database can do.
*Tallies* (``tallies``, ``groups``) count a variable once and give its shares and means in the groups of many columns
with their covariance, for ``crosstab``; ``mean`` and ``proportion`` go by them too where very many rows are
themselves the units of the last stage (``row_units``). *Covariances of scores* row by row (``score_covariance`` in
``variance``) are for what has several scores a row: ``regress``, ``chisq``, ``ttest`` and ``ranktest``. *Replicates*
are for what has no linearisation: ``estimate`` of a design with replicate weights takes any statistic, and
``moments`` bootstraps means and covariances in one pass, for shares of importance and coefficients of reliability.
"""

from analysis.stats.design.quantiles import weighted_quantile
from analysis.stats.design.survey_design import SurveyDesign

__all__ = ["SurveyDesign", "weighted_quantile"]
