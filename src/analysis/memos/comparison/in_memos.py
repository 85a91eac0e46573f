"""Memos of two runs: which of them say what changed, and what else differs in their texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.layout import OF_UNITS
from analysis.indicators import rows_of
from analysis.memos.comparison.causes import Causes, ordered, written
from analysis.memos.comparison.differences import CHANGES
from analysis.memos.comparison.kept_run import KeptRun, Memo
from analysis.messages import LANGUAGES, in_columns

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings import RunTables
    from analysis.memos.comparison.printed import Difference, Printed

#: change: ``changed``, or ``added`` or ``removed`` for a memo that is in one run alone · how many findings of each
#: change it prints, how many numbers changed as they are shown, and how many other differences its texts have.
MEMOS: Final = (
    "template", "subject", "name_zh", "name_en", "languages", "change", *CHANGES[:-1], "numbers", "blocks", "cause",
)  # fmt: skip
#: section: where it stands · kind: ``section``, or the kind of a block · change: ``added``, ``removed``, ``changed``,
#: ``moved`` · finding: whose sentence it is; empty for what is no finding's.
BLOCKS: Final = (
    "template", "subject", "language", "section", "kind", "change", "text_before", "text_after", "finding", "cause",
)  # fmt: skip
#: Parts that a memo is made of, beside the tables of its run, and the kinds of causes that they are.
_PARTS: Final = {
    "template": "template", "layout": "template", "code": "code", "packages": "packages", "versions": "packages",
    "fonts": "packages",
}  # fmt: skip
_FROM_TABLES: Final = frozenset({"data", "definition", "rule", "questionnaire", "settings", "releases"})


def in_memos(
    before: KeptRun,
    after: KeptRun,
    tables: tuple[RunTables, RunTables],
    numbers: pd.DataFrame,
    findings: pd.DataFrame,
    causes: Causes,
    *,
    internal: bool,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Tell which memos print what changed, and what else differs in them.

    Where both runs are releases their texts are read, and a finding stands where its sentence does; else it is taken
    to stand in each memo that is about it.

    Returns
    -------
    tuple of pandas.DataFrame
        The findings with their ``memos``; memos with the columns :data:`MEMOS`; blocks with :data:`BLOCKS`.
    """
    import pandas as pd

    read = before.folder and after.folder and (internal or {before.audience, after.audience} == {"public"})
    texts = dict(_texts(before, after)) if read else {}
    printing = _sentences(texts) if read else {}
    concerned = _concerned(before, after, tables)
    memos = []
    for row in rows_of(findings):
        about = concerned(row["id"], row["unit"])
        said = {row[f"text_{when}_{language}"] for when in ("before", "after") for language in LANGUAGES} - {""}
        memos.append(";".join(f"{template}/{subject}" for template, subject in about
                              if not read or said & printing.get((template, subject), set())))  # fmt: skip
    findings = findings.assign(memos=pd.Series(memos, index=findings.index, dtype="str"))
    rows = list(_blocks(before, after, texts, findings, causes)) if read else []
    blocks = pd.DataFrame(rows, columns=list(BLOCKS)).astype("str")
    return findings, _memos(before, after, numbers, findings, blocks), blocks


def _texts(before: KeptRun, after: KeptRun) -> Iterator[tuple[tuple[str, str, str], tuple[Printed, Printed]]]:
    """Read the memos that both have and that are not the same, to the byte, in both."""
    for key, old in before.entries.items():
        new = after.entries.get(key)
        if new is None:
            continue
        name = f"{key[1]}.{key[2]}"
        files = [f"{name}.ipynb", f"{name}.html"]
        if all(old["files"].get(file) == new["files"].get(file) for file in files):
            continue
        page = old.get("made_of", {}).get("layout", 0) != new.get("made_of", {}).get("layout", 1)
        one, two = before.printed(key, page=page), after.printed(key, page=page)
        if one is not None and two is not None:
            yield key, (one, two)


def _sentences(texts: Mapping[tuple[str, str, str], tuple[Printed, Printed]]) -> dict[Memo, set[str]]:
    found: dict[Memo, set[str]] = {}
    for (template, subject, _), pair in texts.items():
        found.setdefault((template, subject), set()).update(*(each.sentences for each in pair))
    return found


def _places(before: KeptRun, after: KeptRun) -> dict[Memo, str]:
    """Give the memos that there can be: those that manifests name, where there is any."""
    named = [each for each in (before, after) if each.manifest.get("of")] or [before, after]
    return {key: kind for each in named for key, kind in each.places.items()}


def _concerned(
    before: KeptRun, after: KeptRun, tables: tuple[RunTables, RunTables]
) -> Callable[[str, str], list[Memo]]:
    """Give a function from a finding and its unit to the memos that are about it."""
    places = _places(before, after)
    rows = {row["id"]: row for of in tables if of.has("findings") for row in rows_of(of["findings"])}
    wholes = {whole for each in (before, after) for whole in each.wholes}

    def about(finding: str, unit: str) -> list[Memo]:
        row = rows[finding]
        told = {"survey": {row.get("survey")}, "topic": {row.get("topic"), row.get("theme")}}
        return [
            key for key, kind in places.items() if (key[1] in told[kind] if kind in told and unit in wholes
                                                    else kind not in told and key[1] == unit)
        ]  # fmt: skip

    return about


def _blocks(
    before: KeptRun,
    after: KeptRun,
    texts: Mapping[tuple[str, str, str], tuple[Printed, Printed]],
    findings: pd.DataFrame,
    causes: Causes,
) -> Iterator[dict[str, str]]:
    from analysis.memos.comparison.printed import compare_printed

    whose = {(str(language), row[f"text_{when}_{language}"]): (row["id"], row["cause"])
             for row in rows_of(findings) for language in LANGUAGES for when in ("before", "after")
             if row[f"text_{when}_{language}"]}  # fmt: skip
    for key, pair in texts.items():
        kinds = _kinds(before.entries[key], after.entries[key], causes)
        for each in compare_printed(*pair):
            finding, cause = next(
                (whose[key[2], text] for text in (each.before, each.after) if (key[2], text) in whose), ("", "")
            )
            yield {
                "template": key[0], "subject": key[1], "language": key[2], "section": each.section, "kind": each.kind,
                "change": each.change, "text_before": each.before, "text_after": each.after, "finding": finding,
                "cause": cause or written(_of_block(each, kinds)),
            }  # fmt: skip


def _kinds(before: Mapping[str, Any], after: Mapping[str, Any], causes: Causes) -> tuple[str, ...]:
    """Give the kinds of causes that a memo's text can differ by: those of the parts it is made of that differ."""
    if not causes.known:
        return ()
    possible = causes.possible("documents")
    one, two = before.get("made_of"), after.get("made_of")
    if not one or not two:
        return possible
    differing = {name for name in {*one, *two} if one.get(name) != two.get(name)}
    found = {_PARTS[name] for name in differing if name in _PARTS}
    if differing - {*_PARTS, "parameters"}:  # of the tables of the run
        found |= {*possible} & _FROM_TABLES or {*causes.frame["kind"]} - {"template"}
    return ordered(found)


def _of_block(difference: Difference, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Narrow it down: what is in another place, or under another heading, is there by template or code."""
    arranged = difference.change == "moved" or (difference.kind == "section" and difference.before and difference.after)
    fewer = tuple(kind for kind in kinds if kind in {"template", "code"}) if arranged else kinds
    return fewer or kinds


def _memos(
    before: KeptRun, after: KeptRun, numbers: pd.DataFrame, findings: pd.DataFrame, blocks: pd.DataFrame
) -> pd.DataFrame:
    """Count by memo what became of what it prints."""
    import pandas as pd

    said = findings[(findings["withheld_before"] == "") | (findings["withheld_after"] == "")]
    shown = numbers[numbers["shown"]]
    rows = []
    for memo, kind in _places(before, after).items():
        template, subject = memo
        old, new = before.languages(memo), after.languages(memo)
        alone = before.folder and after.folder and bool(old) != bool(new)
        prints = said[
            said["memos"].map(lambda text, memo=f"{template}/{subject}": memo in text.split(";")).astype(bool)
        ]
        mine = blocks[(blocks["template"] == template) & (blocks["subject"] == subject)]
        own = shown[_about(shown, kind, subject, after.tables)]
        if not (alone or len(prints) or len(mine) or len(own)):
            continue
        causes = {kind for frame in (prints, mine, own) for text in frame["cause"] for kind in text.split(";")}
        rows.append({
            "template": template, "subject": subject,
            **in_columns("name", (after if new or not old else before).name(template, subject)),
            "languages": ";".join(dict.fromkeys([*old, *new])),
            "change": ("added" if new else "removed") if alone else "changed",
            **{name: int((prints["change"] == name).sum()) for name in CHANGES[:-1]},
            "numbers": len(own), "blocks": int((mine["finding"] == "").sum()),
            "cause": "" if alone else written(causes),
        })  # fmt: skip
    types = dict.fromkeys(MEMOS, "str") | dict.fromkeys((*CHANGES[:-1], "numbers", "blocks"), "int64")
    return pd.DataFrame(rows, columns=list(MEMOS)).astype(types)


def _about(numbers: pd.DataFrame, kind: str, subject: str, tables: RunTables) -> pd.Series[bool]:
    """Tell which numbers a memo is about: of its unit, of its survey, of the indicators of its topic."""
    if kind in OF_UNITS:
        return numbers["unit"] == subject
    if kind == "survey":
        return numbers["cell"].str.startswith(f"{subject}/")
    topic = {code for code, each in tables.reference.catalogue.items() if each.topic == subject}
    return numbers["indicator"].isin(topic)
