"""Ledger: what units say of themselves beside what was monitored, and what became of the problems that were found."""

from analysis.findings.ledger.gather import gather

__all__ = ["gather"]
