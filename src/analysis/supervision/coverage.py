"""Coverage: what there is on each duty, and which has no evidence or only what units say of themselves."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from analysis.findings.duties import duties_of
from analysis.messages import Fault, Texts, in_columns, listed
from analysis.supervision import others
from analysis.supervision.evaluations import evaluated, evaluator_of
from analysis.supervision.points import forms
from analysis.supervision.responsibilities import by_duty
from analysis.supervision.traces import Traces
from analysis.supervision.year import rule

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys import Survey
    from analysis.workspace import Workspace

#: What is counted on a duty: indicators of the catalogue, those with figures, themes of questionnaires, those that a
#: collected wave asked about, claims and answers of self-evaluations, findings of others, items of rectification.
COUNTED: Final = ("indicators", "figures", "themes", "collected", "claims", "answers", "others", "items")
#: What units say of themselves, and what others or the office itself know.
SELF_REPORTED: Final = ("claims", "answers")
EVIDENCE: Final = ("figures", "collected", "others", "items")
#: A duty a row. ``newest`` is the year of the newest figure; ``departments`` are those that answer for it, by ``;``;
#: ``status`` is none, self_reported or evidenced.
COLUMNS: Final = (
    "duty", "duty_zh", "duty_en", "certainty", *COUNTED, "newest", "departments", "departments_zh", "departments_en",
    "status",
)  # fmt: skip
#: A unit and duty a row.
OF_UNITS: Final = ("unit", "name_zh", "name_en", "kind", "duty", "duty_zh", "duty_en", *COUNTED, "newest", "status")
#: What is tied to a duty, a row: an indicator, a theme, a point of a form, or a finding of others (``evidence``).
#: ``context`` says that it belongs to none on purpose.
TIES: Final = ("kind", "id", "name_zh", "name_en", "duty", "context")
_OF_RULE: Final = ("indicators", "themes")
Status = Literal["none", "self_reported", "evidenced"]


def coverage(
    workspace: Workspace, *, year: int, evaluator: str = "", synthetic: bool = False, public: bool = False,
    day: dt.date | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Count what there is on each duty.

    Parameters
    ----------
    workspace
        The workspace.
    year
        Of self-evaluations and findings of others; figures, waves and items of rectification are those up to it.
    evaluator
        Of it and those below it; the unit above if empty.
    synthetic
        Whether the ledger and the waves of the demonstration are counted, beside the published figures.
    public
        Whether only that is counted which everybody may read.
    day
        What there was by the end of a day; by default by that of the workspace's release.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, a row a duty in the order of the rule set.

    Raises
    ------
    DuzhengError
        DZ-F004 if one of the rule sets `duties`, `evaluation_points` and `responsibilities` is not there.

    Notes
    -----
    A figure counts however old it is; ``newest`` says how old. What units say of themselves is no evidence. What is
    restricted is never counted: a count would tell of it.
    """
    import pandas as pd

    traces = Traces(workspace, year, evaluator_of(workspace, evaluator), synthetic, public,
                    day or workspace.settings.released)  # fmt: skip
    counts, newest = _counted(traces.frame, ["duty"])
    departments = {str(duty): frame for duty, frame in by_duty(workspace).groupby("duty", sort=False)}
    rows = []
    for duty in traces.rule.duties:
        mine = departments[duty.id][lambda frame: frame["department"] != ""]
        row = counts.get((duty.id,), Counter[str]())
        names = {"zh-Hans": listed(mine["department_zh"], "zh-Hans"), "en": listed(mine["department_en"], "en")}
        rows.append({
            "duty": duty.id, **in_columns("duty", duty.name), "certainty": duty.certainty,
            **{name: row[name] for name in COUNTED}, "newest": newest.get((duty.id,)), "status": status_of(row),
            "departments": ";".join(mine["department"]), "departments_zh": names["zh-Hans"],
            "departments_en": names["en"],
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(_types(COLUMNS))


def coverage_of_units(
    workspace: Workspace, *, year: int, evaluator: str = "", synthetic: bool = False, public: bool = False,
    day: dt.date | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Count what there is on each duty of each unit: of the evaluator itself, and of all that it evaluates.

    Parameters
    ----------
    workspace, year, evaluator, synthetic, public, day
        As of :func:`coverage`.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`OF_UNITS`. A department has rows for the duties that it answers for, any other unit for all.

    Notes
    -----
    Figures of an earlier territory count for the unit that holds it wholly; those of the evaluator count for the
    department that they are the field of, too. A wave counts for the units that the log of its draw names, and for the
    evaluator.
    """
    import pandas as pd

    above = evaluator_of(workspace, evaluator)
    traces = Traces(workspace, year, above, synthetic, public, day or workspace.settings.released)
    counts, newest = _counted(traces.frame, ["unit", "duty"])
    answerable = {each.unit: each.duties for each in traces.departments}
    rows = []
    for unit in (above, *evaluated(workspace, above)):
        for duty in traces.rule.duties:
            if duty.id not in answerable.get(unit, (duty.id,)):
                continue
            row = counts.get((unit, duty.id), Counter[str]()) + counts.get(("", duty.id), Counter[str]())
            rows.append({
                "unit": unit, **in_columns("name", workspace.units.names(unit)), "kind": workspace.units.kind(unit),
                "duty": duty.id, **in_columns("duty", duty.name), **{name: row[name] for name in COUNTED},
                "newest": newest.get((unit, duty.id)), "status": status_of(row),
            })  # fmt: skip
    return pd.DataFrame(rows, columns=list(OF_UNITS)).astype(_types(OF_UNITS))


def status_of(counts: Mapping[str, int]) -> Status:
    """Say what a duty rests on.

    >>> status_of({"claims": 3}), status_of({"claims": 3, "others": 1}), status_of({"indicators": 9})
    ('self_reported', 'evidenced', 'none')
    """
    if any(counts.get(name) for name in EVIDENCE):
        return "evidenced"
    return "self_reported" if any(counts.get(name) for name in SELF_REPORTED) else "none"


def ties(workspace: Workspace, *, synthetic: bool = False) -> tuple[pd.DataFrame, tuple[Fault, ...]]:
    """Tie indicators, themes of questionnaires, points of forms and findings of others to duties.

    Parameters
    ----------
    workspace
        The workspace.
    synthetic
        Whether the findings are those of the demonstration.

    Returns
    -------
    tuple
        A frame with the columns :data:`TIES`; and a fault for each that is tied to no duty and is no context.

    Raises
    ------
    DuzhengError
        DZ-F004 if one of the rule sets `duties` and `evaluation_points` is not there.
    """
    import pandas as pd

    from analysis.surveys import questionnaires

    duties = duties_of(rule(workspace, "duties"))
    topics, themes = set(duties.named_topics()), set(duties.named_themes())
    file = "data/rules/duties.yaml"
    rows, faults = list[dict[str, Any]](), list[Fault]()
    for code, indicator in workspace.catalogue.items():
        row = {"kind": "indicator", "id": code, **in_columns("name", indicator.name), "duty": "", "context": False}
        if indicator.topic in topics:
            duty = duties.of(indicator.topic)
            row |= {"duty": duty, "context": not duty}
        else:
            faults.append(Fault("DZ-W003", file=file, column="topics", found=f"no topic {indicator.topic}, of {code}",
                                expected="each topic of the catalogue with its duty, or as context"))  # fmt: skip
        rows.append(row)
    names = workspace.settings.columns["topic"].codes if "topic" in workspace.settings.columns else {}
    for theme in sorted(_themes(questionnaires(workspace))):
        called: Texts = names.get(theme, {"zh-Hans": theme})
        rows.append({"kind": "theme", "id": theme, **in_columns("name", called),
                     "duty": duties.themes.of.get(theme, ""), "context": theme in duties.themes.context})  # fmt: skip
        if theme not in themes:
            faults.append(Fault("DZ-W003", file=file, column="themes", found=f"no theme {theme}",
                                expected="each theme of the item bank with its duty, or as context"))  # fmt: skip
    rows += [{"kind": "point", "id": f"{form.id}/{point.id}", **in_columns("name", point.text),
              "duty": form.duty(point.id), "context": False}
             for form in forms(workspace).forms for point in form.points]  # fmt: skip
    found = others.evidence(workspace, year=None, synthetic=synthetic, public=False)
    rows += [{"kind": "evidence", "id": row["id"], "name_zh": row["statement_zh"], "name_en": row["statement_en"],
              "duty": row["duty"], "context": False} for row in found.to_dict("records")]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(TIES)).astype(dict.fromkeys(TIES, "str") | {"context": "bool"})
    return frame, tuple(faults)


def _themes(surveys: Mapping[str, Survey]) -> set[str]:
    return {each.item.topic for survey in surveys.values() for each in survey.asked if each.item.topic}


def _counted(
    traces: pd.DataFrame, by: list[str]
) -> tuple[dict[tuple[str, ...], Counter[str]], dict[tuple[str, ...], int]]:
    """Count each thing once, by what it is; and give the year of the newest figure."""
    counts: dict[tuple[str, ...], Counter[str]] = {}
    once = traces.drop_duplicates([*by, "what", "key"])
    for key, row in zip(once[by].itertuples(index=False, name=None), once["what"], strict=True):
        counts.setdefault(key, Counter())[row] += 1
    figures = traces[traces["what"] == "figures"]
    newest: dict[tuple[str, ...], int] = {}
    for key, year in zip(figures[by].itertuples(index=False, name=None), figures["newest"], strict=True):
        newest[key] = max(int(year), newest.get(key, 0))
    return counts, newest


def _types(columns: tuple[str, ...]) -> dict[str, Any]:
    return {name: "int64" if name in COUNTED else "Int64" if name == "newest" else "str" for name in columns}
