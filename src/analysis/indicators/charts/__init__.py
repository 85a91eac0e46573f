"""Charts of figures and of what the verbs of this room find; one file a verb."""

from analysis.indicators.charts.figures import dot_plot, lines, small_multiples

__all__ = ["dot_plot", "lines", "small_multiples"]
