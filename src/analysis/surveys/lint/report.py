"""Remarks written as text, JSON and SARIF."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from analysis.surveys.lint.rules import RULES, SEVERITIES, Remark


def as_text(remarks: Sequence[Remark], *, allowed: bool = False) -> str:
    """Write remarks as lines ``file:line: severity L301 name (item): message``, and how many there are.

    Parameters
    ----------
    remarks
        As :func:`analysis.surveys.lint.lint` gives them.
    allowed
        Whether to list those that are allowed, with their reasons.
    """
    lines = []
    for remark in remarks:
        if remark.allowed and not allowed:
            continue
        place = f"{remark.file}:{remark.line}" if remark.line else remark.file
        of = f" ({remark.of})" if remark.of else ""
        reason = f" [allowed: {remark.allowed}]" if remark.allowed else ""
        lines.append(f"{place}: {remark.severity} {remark.rule} {remark.name}{of}: {remark.message}{reason}")
    counts = {severity: sum(not r.allowed and r.severity == severity for r in remarks) for severity in SEVERITIES}
    said = [f"{count} {severity}{'s' if count != 1 else ''}" for severity, count in counts.items() if count]
    quiet = sum(bool(remark.allowed) for remark in remarks)
    return "\n".join([*lines, f"{', '.join(said) or 'no remarks'}; {quiet} allowed with a reason"])


def as_json(remarks: Sequence[Remark]) -> str:
    """Write remarks as a JSON list of objects with the fields of :class:`Remark`."""
    return json.dumps([asdict(remark) for remark in remarks], ensure_ascii=False, indent=2)


def as_sarif(remarks: Sequence[Remark], version: str) -> str:
    """Write remarks as SARIF 2.1.0, which code hosts show beside the lines.

    Parameters
    ----------
    remarks
        As :func:`analysis.surveys.lint.lint` gives them; allowed ones are marked as suppressed in the source.
    version
        Of the tool.
    """
    rules = [
        {
            "id": rule.id,
            "name": rule.name,
            "shortDescription": {"text": rule.title},
            "defaultConfiguration": {"level": rule.severity},
        }
        for rule in RULES.values()
    ]
    results = [
        {
            "ruleId": remark.rule,
            "level": remark.severity,
            "message": {"text": f"{remark.of}: {remark.message}" if remark.of else remark.message},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": remark.file},
                        "region": {"startLine": remark.line or 1},
                    }
                }
            ],
            "suppressions": [{"kind": "inSource", "justification": remark.allowed}] if remark.allowed else [],
        }
        for remark in remarks
    ]
    driver = {"name": "duzheng survey lint", "version": version, "rules": rules}
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]},
                      ensure_ascii=False, indent=2)  # fmt: skip
