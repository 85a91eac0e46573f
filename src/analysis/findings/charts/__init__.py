"""Charts of memos: small ones for paper, written as plain Vega-Lite, so that a memo's kernel need not load Altair.

The charts of results that researchers look at are in :mod:`analysis.indicators.charts` and
:mod:`analysis.satisfaction.charts`; these show what a section says. A row of data that draws a number names its cell.
"""

from analysis.findings.charts.courses import courses
from analysis.findings.charts.dots import dots
from analysis.findings.charts.intervals import intervals

__all__ = ["courses", "dots", "intervals"]
