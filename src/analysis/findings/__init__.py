"""Findings: what the data carry of each unit, in sentences, tables and charts of two languages.

Stage one (:func:`run_tables`) computes over all units; stage two (:func:`brief`) lays out what one memo may say.
"""

from analysis.findings.brief import Audience, Brief, brief
from analysis.findings.evidence import Evidence
from analysis.findings.finding import Finding
from analysis.findings.run_tables import RunTables
from analysis.findings.stage_one import run_tables
from analysis.findings.wording import catalogues

__all__ = ["Audience", "Brief", "Evidence", "Finding", "RunTables", "brief", "catalogues", "run_tables"]
