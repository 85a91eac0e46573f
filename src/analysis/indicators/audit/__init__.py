"""Audit of self-reported figures: what should be verified, and why; figures of two sources beside each other."""

from analysis.indicators.audit.audit import CHECKS, SEVERITIES, Audit, audit
from analysis.indicators.audit.reconciliation import Reconciliation, reconcile
from analysis.indicators.audit.rule import AuditRule

__all__ = ["CHECKS", "SEVERITIES", "Audit", "AuditRule", "Reconciliation", "audit", "reconcile"]
