"""Accountability: for each situation the material that bears on it, as a checklist; people decide."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.messages import LANGUAGES, DuzhengError, Fault, Texts, Words, in_columns, listed, write_number
from analysis.supervision.accountability_rules import Accountability, Material, Situation, accountability_rules
from analysis.supervision.bearing import Bearing
from analysis.supervision.evaluations import evaluated, evaluator_of
from analysis.supervision.measures import measures

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.ledger.monitored import Monitored
    from analysis.workspace import Workspace

WORDS: Final = Words("analysis.supervision")
#: A situation, a unit and a kind of material a row. ``certainty`` is that of the situation's text; ``evidence`` is the
#: kind, named in ``evidence_zh`` and ``evidence_en`` with what it is held to. ``count`` is how many there are (``refs``
#: are their ids, by ``;``), ``reached`` whether they are ``least`` or more, a mark that this office set; both are
#: missing where nobody could look, and ``reason`` says why. ``access`` is who may read the row. ``decided`` are ids and
#: kinds of measures that people took on the unit for the situation, ``decided_by`` and ``decided_on`` who and when, by
#: ``;``.
COLUMNS: Final = (
    "document", "situation", "situation_zh", "situation_en", "certainty", "unit", "name_zh", "name_en", "evidence",
    "evidence_zh", "evidence_en", "count", "least", "reached", "reason", "reason_zh", "reason_en", "refs", "access",
    "decided", "decided_by", "decided_on",
)  # fmt: skip
#: A document a row that is in force on the day. ``named`` is how many situations it names, ``read`` how many of them
#: were read, ``unread`` how many were not; the first and the last are missing where nobody knows.
DOCUMENTS: Final = ("document", "title_zh", "title_en", "certainty", "named", "read", "unread")


@dataclass(frozen=True, eq=False)
class Checklist:
    """A checklist.

    Parameters
    ----------
    material
        What bears on each situation, columns :data:`COLUMNS`.
    documents
        The documents that name them, columns :data:`DOCUMENTS`.
    notice
        What is said wherever it is shown: that nothing is concluded by it.
    """

    material: pd.DataFrame
    documents: pd.DataFrame
    notice: Texts


def checklist(
    workspace: Workspace, *, year: int, day: dt.date, units: Sequence[str] = (), evaluator: str = "",
    synthetic: bool = False, restricted: bool = False, papers: Path | None = None, monitored: Monitored | None = None,
) -> Checklist:  # fmt: skip
    """List the material that bears on each situation of accountability, for people to decide on.

    Parameters
    ----------
    workspace
        The workspace.
    year, day
        The year of evaluation, and the day that is spoken of.
    units
        Whose; all that the evaluator evaluates, if empty.
    evaluator
        Who evaluates; the unit above if empty.
    synthetic
        Whether this is the ledger of the demonstration.
    restricted
        Whether also that counts which not everybody in the office may read.
    papers
        The folder in which the office keeps the papers that were handed in; without it nobody looks at them.
    monitored
        The figures of a run; computed here if not given.

    Returns
    -------
    Checklist
        For situations of documents that are in force on the day, in the order of the rule set, by unit and kind of
        material. Deliveries are of nobody's units: they stand in rows of the evaluator.

    Raises
    ------
    DuzhengError
        DZ-F004 if a rule set that is needed is not there; DZ-U001 for a unit that the evaluator does not evaluate.

    Notes
    -----
    That a mark is reached says that there is so much material, and asks people to look. It is no finding that the
    situation is given, and whoever reads a count has to read what is counted. An index counts as below a mark when its
    whole interval is; where whoever came answered, nothing is said. What people decided comes from the register of
    measures alone.
    """
    import pandas as pd

    above = evaluator_of(workspace, evaluator)
    known = evaluated(workspace, above)
    unknown = [each for each in units if each not in known]
    if unknown:
        raise DuzhengError(*(
            Fault("DZ-U001", found=repr(each), expected=f"one of those that {above} evaluates: {', '.join(known)}")
            for each in unknown
        ))  # fmt: skip
    rules = accountability_rules(workspace)
    bearing = Bearing(workspace, above, year, day, synthetic, restricted, papers, monitored)
    taken = measures(workspace, day=day, evaluator=above, synthetic=synthetic, restricted=restricted)
    rows = [*_rows(bearing, rules, list(dict.fromkeys(units)) or known, _decided(taken))]
    types = dict.fromkeys(COLUMNS, "str") | {"count": "Int64", "least": "Int64", "reached": "boolean"}
    return Checklist(pd.DataFrame(rows, columns=list(COLUMNS)).astype(types), _documents(rules, day),
                     WORDS.of("accountability")["notice"])  # fmt: skip


def _rows(
    bearing: Bearing, rules: Accountability, units: Sequence[str], decided: Mapping[tuple[str, str], dict[str, str]]
) -> Iterator[dict[str, Any]]:
    nothing = dict.fromkeys(("decided", "decided_by", "decided_on"), "")
    for document in (each for each in rules.documents if each.on(bearing.day)):
        for situation in rules.of(document.id):
            named = [(each, _named(bearing, each)) for each in situation.evidence]
            for unit in (*units, bearing.above):
                for material, name in named:
                    if (material.kind == "deliveries_refused") == (unit == bearing.above):
                        row = _row(bearing, situation, material, name, unit)
                        yield row | decided.get((situation.id, unit), nothing)


def _row(bearing: Bearing, situation: Situation, material: Material, name: Texts, unit: str) -> dict[str, Any]:
    found = bearing.of(material, unit)
    count = None if found.reason else len(found.refs)
    words = WORDS.of("accountability")
    return {
        "document": situation.document, "situation": situation.id, **in_columns("situation", situation.text),
        "certainty": situation.certainty, "unit": unit,
        **in_columns("name", bearing.workspace.units.names(unit)), "evidence": material.kind,
        **in_columns("evidence", name), "count": count, "least": material.count,
        "reached": None if count is None else count >= material.count, "reason": found.reason,
        **in_columns("reason", words.get(f"reason_{found.reason}")), "refs": ";".join(found.refs),
        "access": found.access,
    }  # fmt: skip


def _named(bearing: Bearing, material: Material) -> Texts:
    """Name a kind of material with what it is held to."""
    words = WORDS.of("accountability")

    def several(prefix: str, codes: Sequence[str]) -> Texts:
        return {language: listed((words[f"{prefix}_{code}"][language] for code in codes), language)
                for language in LANGUAGES} if codes else words[f"{prefix}_all"]  # fmt: skip

    names = {str(each["id"]): each["name"] for each in bearing.workspace.rules["duties"].parameters["duties"]}
    duties: Texts = {language: listed((names[code].get(language, names[code]["zh-Hans"]) for code in material.duties),
                                      language) for language in LANGUAGES}  # fmt: skip
    return WORDS.both(
        "accountability", material.kind, days=material.days, times=material.times, months=material.months,
        kinds=several("kind", material.kinds), grade=words[f"grade_{material.grade or 'ordinary'}"],
        of=several("of", material.of), duties=duties if material.duties else words["duties_all"],
        index=_title(bearing, material), mark="" if material.mark is None else write_number(material.mark, 0),
    )  # fmt: skip


def _title(bearing: Bearing, material: Material) -> Texts:
    """Name an index with the questionnaire that it is of, as its newest wave does."""
    sheets = [each for each in bearing.questionnaires if each.id == material.survey]
    found = [(sheet, index) for sheet in sheets for index in sheet.analyses.indices if index.id == material.index]
    if not found:
        return {}
    sheet, index = found[-1]
    return WORDS.both("accountability", "index", title=sheet.title, name=index.name)


def _decided(taken: pd.DataFrame) -> dict[tuple[str, str], dict[str, str]]:
    """Give what people decided, by situation and unit."""
    return {
        (str(situation), str(unit)): {
            "decided": ";".join(rows["id"] + " " + rows["measure"]), "decided_by": ";".join(rows["by"]),
            "decided_on": ";".join(rows["date"]),
        } for (situation, unit), rows in taken.groupby(["situation", "unit"], sort=False)
    }  # fmt: skip


def _documents(rules: Accountability, day: dt.date) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for document in (each for each in rules.documents if each.on(day)):
        read = len(rules.of(document.id))
        unread = None if document.named is None else document.named - read
        rows.append({"document": document.id, **in_columns("title", document.title), "certainty": document.certainty,
                     "named": document.named, "read": read, "unread": unread})  # fmt: skip
    types = dict.fromkeys(DOCUMENTS, "str") | {"named": "Int64", "read": "int64", "unread": "Int64"}
    return pd.DataFrame(rows, columns=list(DOCUMENTS)).astype(types)
