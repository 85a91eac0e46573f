"""Crosstabs: every item in every group, in a notebook, in a workbook and in R."""
