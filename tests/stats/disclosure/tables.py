"""Tables with all their margins, and what an outsider can infer of them by trying every table there can be."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd


def table(inner, name="c"):
    """Give cells and relations of a table of any number of dimensions, with all margins; the last code is the total."""
    full = np.array(inner)
    for axis in range(full.ndim):
        full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
    places = list(itertools.product(*map(range, full.shape)))
    cells = pd.DataFrame({"cell": [named(name, at) for at in places], "value": [int(full[at]) for at in places]})
    rows = []
    for axis, size in enumerate(full.shape):
        for at in places:
            line = (*at[:axis], "*", *at[axis + 1 :])
            rows.append((named(f"{name}/{axis}/", line), named(name, at), -1 if at[axis] == size - 1 else 1))
    relations = pd.DataFrame(rows, columns=["relation", "cell", "coefficient"])
    return cells.assign(n=cells["value"]), relations


def named(name, at):
    return name + "".join(str(i) if i == "*" else chr(97 + i) for i in at)


def row(**values):
    """Give the cells and the one relation of parts and their total t."""
    cells = pd.DataFrame({"cell": list(values), "value": list(values.values())})
    total = pd.DataFrame({"cell": ["t"], "value": [sum(values.values())]})
    cells = pd.concat([cells, total], ignore_index=True)
    relations = pd.DataFrame({"relation": "t", "cell": cells["cell"], "coefficient": [1] * len(values) + [-1]})
    return cells.assign(n=cells["value"]), relations


def by_trying(inner, suppressed, name="c"):
    """Find the interval of each suppressed cell among all tables of whole numbers that agree with what is published."""
    inner = np.array(inner)
    top = int(inner.sum())
    tables = np.stack(np.meshgrid(*[np.arange(top + 1)] * inner.size, indexing="ij"), axis=-1).reshape(-1, inner.size)
    tables = tables[tables.sum(axis=1) == top] if named(name, inner.shape) not in suppressed else tables
    tables = tables.reshape(-1, *inner.shape)
    full, truth = tables, inner[None]
    for axis in range(1, inner.ndim + 1):
        full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
        truth = np.concatenate([truth, truth.sum(axis=axis, keepdims=True)], axis=axis)
    possible = np.ones(len(full), dtype=bool)
    places = list(itertools.product(*map(range, full.shape[1:])))
    for at in places:
        if named(name, at) not in suppressed:
            possible &= full[(slice(None), *at)] == truth[(0, *at)]
    found = full[possible]
    return {
        named(name, at): (int(found[(slice(None), *at)].min()), int(found[(slice(None), *at)].max()))
        for at in places
        if named(name, at) in suppressed
    }


def three_tables():
    """Three tables of which any two share a hidden cell: x + a, x + b and a + b, each beside what is shown."""
    tables = {
        "first": {"x": 3, "a": 20, "u": 41},
        "second": {"x": 3, "b": 30, "v": 52},
        "third": {"a": 20, "b": 30, "w": 63},
    }
    rows = [(name, cell, 1) for name, parts in tables.items() for cell in parts] + [(name, name, -1) for name in tables]
    values = {cell: value for parts in tables.values() for cell, value in parts.items()}
    values |= {name: sum(parts.values()) for name, parts in tables.items()}
    cells = pd.DataFrame({"cell": list(values), "value": list(values.values())}).assign(n=lambda each: each["value"])
    return cells, pd.DataFrame(rows, columns=["relation", "cell", "coefficient"])
