"""What one survey adds to the recognition by society: its percentages in each district, by every setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError
from analysis.messages.requests import wrong
from analysis.satisfaction.social_recognition.rule import DONT_KNOWS, NUMERATORS, SETTINGS, Asked, Recognition

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.stats import SurveyDesign
    from analysis.surveys.design import Design
    from analysis.workspace import Workspace

_MIDDLE, _BEST = 50.0, 100.0


@dataclass(frozen=True, eq=False)
class FormShare:
    """Percentages of one survey."""

    survey: str
    tested: bool
    level: float
    units: frozenset[str]
    lengths: dict[str, set[int]]  #: points of the scales, by set of questions
    found: dict[tuple[str, str, str], pd.DataFrame] = field(repr=False)  #: by items, numerator, don't know
    groups: pd.DataFrame = field(repr=False)  #: of its groups, by the settings that were chosen
    sample: SurveyDesign = field(repr=False)
    main: pd.DataFrame = field(repr=False)  #: what the sample gave by those settings

    def estimates(self, spec: Mapping[str, str], units: Sequence[str]) -> pd.DataFrame:
        """Give ``estimate``, ``variance``, ``df``, ``n`` and ``answers`` of units, n 0 where nobody answered."""
        frame = self.found[spec["items"], spec["numerator"], spec["dont_know"]].reindex(list(units))
        return frame.assign(n=frame["n"].fillna(0), answers=frame["answers"].fillna(0))


def hold(designs: Sequence[Design], read: Recognition) -> None:
    """Hold designs to what can be put together, all faults at once.

    Raises
    ------
    DuzhengError
        DZ-S002.
    """
    faults = []
    given = [each.survey.questionnaire.id for each in designs]
    known = read.surveys.entries
    faults += [wrong(f"a design of {name}", f"surveys of the rule set: {', '.join(known)}", "add it to the rule set")
               for name in given if name not in known]  # fmt: skip
    faults += [wrong(f"{given.count(name)} designs of {name}", "one a survey", "leave the others out")
               for name in sorted(set(given)) if given.count(name) > 1]  # fmt: skip
    forms = {read.form_of(name) for name in given if name in known}
    for form in read.forms.entries:
        if form.id not in forms:
            names = [name for name in known if read.form_of(name) == form.id]
            faults.append(wrong(f"no design for the form {form.id}", f"one of {', '.join(names) or 'no survey'}",
                                "give designs of all forms"))  # fmt: skip
    years = sorted({each.year for each in designs})
    if len(years) > 1:
        faults.append(wrong(f"waves of {', '.join(map(str, years))}", "one year", "give the designs of one wave"))
    if len({each.synthetic for each in designs}) > 1:
        faults.append(wrong("real and simulated waves together", "one of the two", "never mix them"))
    if faults:
        raise DuzhengError(*faults)


def form_share(
    design: Design, read: Recognition, workspace: Workspace, chosen: Mapping[str, str], *, level: float,
    place: str | None = None,
) -> FormShare:  # fmt: skip
    """Estimate the percentages of one survey in each district, by every setting.

    Parameters
    ----------
    design
        The survey's design.
    read
        The rule set.
    workspace
        Whose units the districts are.
    chosen
        The settings for the groups of respondents.
    level
        Of intervals.
    place
        The column of districts, if not that of the rule set.
    """
    import numpy as np
    import pandas as pd

    name = design.survey.questionnaire.id
    of = read.surveys.entries[name]
    data = design.data
    kept, role = _kept(data, of), _role(data, of)
    sample = design.with_columns(unit=pd.Categorical(_units(design, place or of.place, workspace)), group=role)
    worth: dict[tuple[str, str], dict[str, np.ndarray]] = {}
    lengths = {}
    for items, entry in read.items.entries.items():
        if name in entry.of:
            lengths[items], counted = _worth(design, entry.of[name], kept)
            worth |= {(items, treatment): values for treatment, values in counted.items()}
    if chosen["items"] not in lengths:
        raise DuzhengError(wrong(f"items={chosen['items']!r} without questions of {name}",
                                 "questions of every survey given", "name them"))  # fmt: skip
    found: dict[tuple[str, str, str], pd.DataFrame] = {}
    for (items, treatment), values in worth.items():
        here = sample.with_columns({f"_{part}": array for part, array in values.items()})
        table = here.ratio([f"_{each}" for each in NUMERATORS], "_base", by="unit", level=level, df="domain")
        sums = pd.Series(np.nan_to_num(values["base"])).groupby(here.data["unit"].to_numpy()).sum()
        for each in NUMERATORS:
            mine = table[table["variable"] == f"_{each}/_base"].set_index("unit")
            mine.index = mine.index.astype("object")
            found[items, each, treatment] = pd.DataFrame(
                {"estimate": mine["estimate"], "variance": mine["se"] ** 2, "df": mine["df"], "n": mine["n"],
                 "answers": sums.reindex(mine.index)}
            )  # fmt: skip
    values = worth[chosen["items"], chosen["dont_know"]]
    here = sample.with_columns({"worth": values[chosen["numerator"]], "answers": values["base"]})
    main = here.ratio("worth", "answers", by="unit", level=level, df="domain")
    by_group = here.ratio("worth", "answers", by=["unit", "group"], level=level, df="domain")
    groups = pd.DataFrame({
        "unit": by_group["unit"].astype("object"), "part": "group", "code": by_group["group"].astype("object"),
        **{each: by_group[each] for each in ("estimate", "se", "df", "n")},
        "interval": "sampling" if design.tested else "model",
    })  # fmt: skip
    units = frozenset(map(str, sample.data["unit"].dropna().unique()))
    return FormShare(name, design.tested, level, units, lengths, found, groups, here, main)


def _units(design: Design, column: str, workspace: Workspace) -> list[str | None]:
    """Give the unit of each answer: by a code of units, or by what a code of a question says.

    Raises
    ------
    DuzhengError
        DZ-S002 with every code that is no unit.
    """
    data = design.data
    if column not in data:
        raise DuzhengError(wrong(f"no column {column!r} in {design.name}", "the column of districts", "give by="))
    units, kind = workspace.units, workspace.settings.unit_kind
    there = units.at(design.year, kind)
    named = {
        str(there.at[unit, name]): str(unit) for name in ("short_zh", "name_zh") for unit in there.index
        if isinstance(there.at[unit, name], str)
    }  # fmt: skip
    found, strange = {}, []
    for code in data[column].dropna().unique():
        unit = units.resolve(str(code), design.year)
        label = design.labels.name(column, code, "zh-Hans")
        found[code] = unit if unit in there.index else named.get(label)
        if found[code] is None:
            strange.append(f"{code} ({label})")
    if strange:
        raise DuzhengError(
            wrong(f"{', '.join(map(str, strange[:10]))} in {design.name}", f"codes or names of a {kind}",
                  "name options as data/units.csv names units", column)
        )  # fmt: skip
    return [found.get(code) for code in data[column]]


def _kept(data: pd.DataFrame, of: Asked) -> np.ndarray:
    """Tell whose answers count."""
    import numpy as np

    found = np.ones(len(data), bool)
    for column, codes in of.only.items():
        if column not in data:
            raise DuzhengError(wrong(f"no column {column!r}", "a column of the answers", "mend `only` in the rule set"))
        found &= data[column].astype("str").isin(codes).to_numpy()
    return found


def _role(data: pd.DataFrame, of: Asked) -> Any:
    """Give the group of each answer."""
    import pandas as pd

    if not of.role or of.role not in data:
        return pd.Categorical([of.groups[0]] * len(data), categories=[of.groups[0]])
    return pd.Categorical(data[of.role].astype("str").map(of.roles), categories=list(of.groups))


def _worth(design: Design, items: Sequence[str], kept: np.ndarray) -> tuple[set[int], dict[str, dict[str, np.ndarray]]]:
    """Give what everybody's answers are worth together by each numerator, and how many count.

    Raises
    ------
    DuzhengError
        DZ-S002 for questions that the wave has not.
    """
    import numpy as np

    from analysis.surveys.decided import MISSING
    from analysis.surveys.scores import item_score, points_of

    data, survey = design.data, design.survey
    gone = [code for code in items if code not in data]
    if gone:
        raise DuzhengError(wrong(f"no {', '.join(gone)} in {design.name}", "questions of this wave", "name others"))
    size = len(data)
    sums: dict[str, dict[str, np.ndarray]] = {
        treatment: {part: np.zeros(size) for part in (*NUMERATORS, "base")} for treatment in DONT_KNOWS
    }
    for code in items:
        linear = item_score(survey, code, data).to_numpy(float)
        top = item_score(survey, code, data, "top2").to_numpy(float)
        there = ~np.isnan(linear)
        worth = {"above_middle": np.where(linear > _MIDDLE, _BEST, 0.0), "top2": top, "index": linear}
        why = f"{code}[missing]"
        unsure = np.zeros(size, bool)
        if why in data:
            unsure = (data[why].astype("str") == MISSING["dont_know"]).to_numpy() & ~there
        for treatment, parts in sums.items():
            for each in NUMERATORS:
                parts[each][there] += worth[each][there]
            parts["base"] += there
            if treatment == "in_base":
                parts["index"][unsure] += _MIDDLE
                parts["base"] += unsure
    for parts in sums.values():
        parts["base"][~kept | (parts["base"] == 0)] = np.nan
    return {len(points_of(survey, code)) for code in items}, sums


def script_of(pieces: Sequence[FormShare], read: Recognition, settings: Mapping[str, Any]) -> str:
    """Write how the surveys' percentages are put together, in base R."""
    units = sorted(set.intersection(*(set(piece.units) for piece in pieces)))
    lines = [
        "# Base R. The percentages of each survey come from replicate.R in its folder; here they are put together.",
        "# " + ", ".join(f"{name}: {settings[name]}" for name in SETTINGS),
    ]
    shares = read.shares()
    for name in ("estimate", "variance", "df", "n"):
        rows = [piece.estimates(settings, units)[name].to_numpy(float) for piece in pieces]
        body = ",\n  ".join(f"{piece.survey} = c({', '.join(f'{v:.10g}' for v in row)})"
                            for piece, row in zip(pieces, rows, strict=True))  # fmt: skip
        lines.append(f"{name} <- rbind(\n  {body})")
    forms = [read.form_of(piece.survey) for piece in pieces]
    quota = [sum(shares[group] for group in read.surveys.entries[piece.survey].groups) for piece in pieces]
    whole = [sum(shares[group.id] for group in read.groups.entries if group.form == form) for form in forms]
    lines += [
        f"unit <- c({', '.join(repr(unit) for unit in units)})",
        f"form <- c({', '.join(repr(form) for form in forms)})",
        f"quota <- c({', '.join(f'{each:.10g}' for each in quota)})  # of the groups that each survey stands for",
        f"whole <- c({', '.join(f'{each:.10g}' for each in whole)})  # of its form",
        "inside <- function(x) x / rowsum(x, form)[form, , drop = FALSE]",
        {"persons": "weight <- sweep(n, 2, colSums(n), '/')",
         "equal": "weight <- inside(n) / length(unique(form))",
         "quotas": "weight <- inside(matrix(quota, nrow(n), ncol(n))) * whole"}[settings["form_weights"]],
        "percent <- colSums(weight * estimate)",
        "part <- weight^2 * variance",
        "se <- sqrt(colSums(part))",
        "freedom <- colSums(part)^2 / colSums(part^2 / df)",
        f"half <- qt({(1 + settings['level']) / 2:.10g}, freedom) * se",
        "lower <- pmax(percent - half, 0); upper <- pmin(percent + half, 100)",
        f"print(data.frame(unit, percent, se, lower, upper, reached = percent >= {settings['pass_mark']:g}))",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"
