"""Candidates of every kind that may be said, for tests to plant one thing wrong in."""

from __future__ import annotations

from typing import Any

from analysis.findings.finding import Finding

#: What all have: an index of a drawn sample of students in one unit, precise enough for every rule.
DRAWN: dict[str, Any] = {
    "id": "satisfaction/ixFair/U7/2025/whole",
    "unit": "U7",
    "year": 2025,
    "topic": "satisfaction",
    "theme": "fairness",
    "subject": "ixFair",
    "survey": "students 2025",
    "n": 400,
    "psus": 20,
    "df": 18.0,
    "deff": 2.5,
    "selection": "probability",
    "precision": "publish",
    "cells": ("ixFair/U7/2025",),
    "message": "level",
}
#: A difference that was declared, tested and held in every reckoning.
TESTED: dict[str, Any] = {
    "estimate": -8.0,
    "lower": -12.0,
    "upper": -4.0,
    "level": 0.95,
    "p": 0.0005,
    "p_adjusted": 0.004,
    "family": "between districts",
    "held": 48,
    "universes": 48,
    "practical": 3.0,
    "tone": "bad",
    "cells": ("ixFair/U7/2025", "ixFair/P/2025", "ixFair/U7/2025/gap"),
}


def gap(**other: Any) -> Finding:
    """Give a unit's gap to the whole."""
    return Finding(**{**DRAWN, **TESTED, "kind": "gap", "reference": "whole", "verdict": "below", **other})


def change(**other: Any) -> Finding:
    """Give a change between two waves."""
    own = {"id": "satisfaction/ixFair/U7/2024-2025/before", "kind": "change", "reference": "before", "base_year": 2024}
    cells = {"cells": ("ixFair/U7/2024", "ixFair/U7/2025", "ixFair/U7/2024-2025/change")}
    return Finding(**{**DRAWN, **TESTED, **own, **cells, "verdict": "down", **other})


def level(**other: Any) -> Finding:
    """Give a level by itself."""
    own = {"id": "satisfaction/ixFair/U7/2025/", "kind": "level", "estimate": 64.0, "lower": 60.0, "upper": 68.0}
    return Finding(**{**DRAWN, **own, **other})


def threshold(**other: Any) -> Finding:
    """Give a share held to a bound that it misses."""
    own = {"id": "satisfaction/recognition/U7/2025/standard", "kind": "threshold", "reference": "standard",
           "subject": "recognition", "estimate": 78.0, "lower": 74.0, "upper": 82.0, "against": 85.0,
           "cells": ("recognition/U7/2025",), "verdict": "missed"}  # fmt: skip
    return Finding(**{**DRAWN, **TESTED, **own, **other})


def driver(**other: Any) -> Finding:
    """Give what satisfaction goes together with."""
    own = {"id": "satisfaction/ixFair/P/2025/driver", "kind": "driver", "estimate": 26.8, "lower": 22.4, "upper": 31.4,
           "cells": ("drivers/P/2025/ixFair",)}  # fmt: skip
    return Finding(**{**DRAWN, **own, **other})


def quote(**other: Any) -> Finding:
    """Give what somebody wrote."""
    own = {"id": "satisfaction/comment/U7/2025/1", "kind": "quote", "subject": "comment", "n": 60, "cells": ()}
    return Finding(**{**DRAWN, **own, **other})


def consistency(**other: Any) -> Finding:
    """Give a claim that the evidence does not bear out."""
    own = {"id": "self_evaluation/claim-3/U7/2025/claim", "topic": "self_evaluation", "kind": "consistency",
           "reference": "claim", "verdict": "differs", "estimate": 64.0, "lower": 60.0, "upper": 68.0, "against": 90.0,
           "cells": ("ixFair/U7/2025", "claim-3/U7/2025")}  # fmt: skip
    return Finding(**{**DRAWN, **TESTED, **own, **other})


def figure(**other: Any) -> Finding:
    """Give a change of a published figure."""
    own = {"id": "schooling/pupils/U7/2012-2017/before", "unit": "U7", "year": 2017, "base_year": 2012,
           "topic": "schooling", "kind": "change", "reference": "before", "verdict": "up", "subject": "pupils",
           "estimate": 300.0, "against": 3000.0, "message": "level",
           "cells": ("pupils/U7/2017", "pupils/U7/2012-2017/change")}  # fmt: skip
    return Finding(**{**own, **other})


ALL = (gap, change, level, threshold, driver, quote, consistency, figure)
