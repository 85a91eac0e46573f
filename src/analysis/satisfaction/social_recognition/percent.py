"""One percentage of several forms: every set of settings, what each survey weighs, and how errors add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from analysis.satisfaction.social_recognition.forms import FormShare
from analysis.satisfaction.social_recognition.rule import DONT_KNOWS, FORM_WEIGHTS, NUMERATORS, SETTINGS, Recognition
from analysis.stats.independent import bounds, combined

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: Sums of weighted shares miss a mark that they are at by less than this.
_ROUNDING = 1e-9


def specifications_of(
    pieces: Sequence[FormShare], read: Recognition, chosen: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """List all settings, those that were chosen first; shares of two best points only where all scales are alike."""
    yield dict(chosen)
    for items, *rest in product(read.items.entries, NUMERATORS, DONT_KNOWS, FORM_WEIGHTS):
        spec = dict(zip(SETTINGS, (items, *rest), strict=True))
        lengths = set().union(*(piece.lengths.get(items, set()) for piece in pieces))
        known = all(items in piece.lengths for piece in pieces)
        if spec != dict(chosen) and known and (spec["numerator"] != "top2" or len(lengths) == 1):
            yield spec


def weights_of(pieces: Sequence[FormShare], read: Recognition, n: np.ndarray, kind: str) -> np.ndarray:
    """Give what each survey weighs in each district, shape (surveys, districts)."""
    import numpy as np

    if kind == "persons":
        found: np.ndarray = n / n.sum(axis=0)
        return found
    shares = read.shares()
    forms = [read.form_of(piece.survey) for piece in pieces]
    quota = np.array([sum(shares[group] for group in read.surveys.entries[piece.survey].groups) for piece in pieces])
    inner = n if kind == "equal" else np.repeat(quota[:, None], n.shape[1], axis=1)
    weights = np.empty(n.shape)
    for form in dict.fromkeys(forms):
        mine = np.array([each == form for each in forms])
        whole = 1 / len(read.forms.entries) if kind == "equal" else sum(
            shares[group.id] for group in read.groups.entries if group.form == form)  # fmt: skip
        weights[mine] = whole * inner[mine] / inner[mine].sum(axis=0)
    return weights


def every_setting(
    pieces: Sequence[FormShare],
    read: Recognition,
    units: list[str],
    chosen: Mapping[str, str],
    level: float,
    least: int,
) -> pd.DataFrame:
    """Put the forms together by every set of settings; ``declared`` is the one that was chosen."""
    import numpy as np
    import pandas as pd

    forms = np.array([read.form_of(piece.survey) for piece in pieces])
    mark, known = read.pass_mark.value, dict[tuple[str, ...], list[np.ndarray]]()
    found: dict[str, list[np.ndarray]] = {}
    for spec in specifications_of(pieces, read, chosen):
        key = spec["items"], spec["numerator"], spec["dont_know"]
        if key not in known:
            each = [piece.estimates(spec, units) for piece in pieces]
            known[key] = [np.array([frame[name].to_numpy(float) for frame in each])
                          for name in ("n", "estimate", "variance", "df", "answers")]  # fmt: skip
        n, value, variance, df, answers = known[key]
        enough = np.logical_and.reduce([n[forms == form].sum(axis=0) >= least for form in np.unique(forms)])
        with np.errstate(invalid="ignore", divide="ignore"):
            weights = weights_of(pieces, read, n, spec["form_weights"])
        estimate, spread, freedom = (np.where(enough, part, np.nan) for part in combined(value, variance, df, weights))
        se, (lower, upper) = np.sqrt(spread), bounds(estimate, spread, freedom, level)
        verdict = np.select([np.isnan(estimate), estimate >= mark - _ROUNDING], ["", "reached"], "missed")
        columns = {
            "unit": np.array(units, object), **{name: np.repeat(option, len(units)) for name, option in spec.items()},
            "estimate": estimate, "se": se, "lower": np.maximum(lower, 0),
            "upper": np.minimum(upper, 100), "df": freedom, "n": n.sum(axis=0).astype(int),
            "answers": answers.sum(axis=0).astype(int), "verdict": verdict,
            "declared": np.repeat(spec == dict(chosen), len(units)),
        }  # fmt: skip
        for name, column in columns.items():
            found.setdefault(name, []).append(column)
    return pd.DataFrame({name: np.concatenate([np.asarray(part, object) if part.dtype.kind == "U" else part
                                               for part in parts]) for name, parts in found.items()})  # fmt: skip
