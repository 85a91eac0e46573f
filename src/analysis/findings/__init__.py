"""Findings: from facts to sentences, tables and charts in two languages, each number with its cell."""

from analysis.findings.brief import Brief, brief
from analysis.findings.evidence import Evidence
from analysis.findings.wording import catalogues

__all__ = ["Brief", "Evidence", "brief", "catalogues"]
