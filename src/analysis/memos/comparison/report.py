"""A comparison written for the terminal, and as one table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING, Any, Final

from analysis.documents import for_spreadsheet
from analysis.indicators import rows_of
from analysis.memos.comparison.comparison import WORDS, Comparison, said_cause
from analysis.memos.comparison.differences import CHANGES
from analysis.messages import Language, bracketed, column_of, listed, pick, write_number

if TYPE_CHECKING:
    pass

#: So many numbers, and so many files and other differences of memos, are listed unless all are asked for.
FEW: Final = 10
#: What becomes of findings and is written out; of the others the summary has the number.
_WRITTEN: Final = CHANGES[:4]
_Row = dict[str, Any]


def as_text(found: Comparison, language: Language = "en", *, every: bool = False) -> str:
    """Write a comparison: the summary, the causes, by unit what was reversed or is said no more, and numbers.

    Parameters
    ----------
    found
        The comparison.
    language
        Of the labels and sentences.
    every
        Whether everything is listed, not the weightiest alone.
    """
    lines = [found.summary(language), *(f"! {pick(note, language)}" for note in found.notes)]
    if found.known:
        lines += ["", *_causes(found, language, every=every)]
    changes = CHANGES if every else _WRITTEN
    rows = rows_of(found.findings[found.findings["change"].isin(changes)])
    for unit in dict.fromkeys(row["unit"] for row in rows):
        lines += ["", bracketed(_name(found, unit, language), unit, language)]
        for row in rows:
            if row["unit"] == unit:
                lines += _finding(row, language)
    others = rows_of(found.blocks[found.blocks["finding"] == ""])
    if others:
        lines += ["", _headed(_said("printed", language), language), *_few(others, _block, language, every=every)]
    lines += _numbers(found, language, every=every)
    return "\n".join(lines)


def _said(key: str, language: Language, **values: object) -> str:
    return WORDS.said("compare", key, language, **values)


def _headed(head: str, language: Language, text: str = "") -> str:
    """Put a colon behind a head, and the text that follows."""
    return f"{head}：{text}" if language == "zh-Hans" else f"{head}: {text}".rstrip()


def _name(found: Comparison, unit: str, language: Language) -> str:
    return pick(found.names[unit], language) if unit in found.names else unit


def _few(rows: list[_Row], write: Any, language: Language, *, every: bool) -> list[str]:
    chosen = rows if every else rows[:FEW]
    more = len(rows) - len(chosen)
    return [line for row in chosen for line in write(row, language)] + (
        [f"  {_said('more', language, n=f'{more:,}')}"] if more else []
    )


def _causes(found: Comparison, language: Language, *, every: bool) -> Iterator[str]:
    if not len(found.causes):
        yield _said("made_from_same", language)
        return
    yield _headed(_said("made_from", language), language)
    for kind in dict.fromkeys(found.causes["kind"]):
        rows = rows_of(found.causes[found.causes["kind"] == kind])
        yield f"  {bracketed(said_cause(kind, language), f'{len(rows):,}', language)}"
        yield from (f"  {line}" for line in _few(rows, _cause, language, every=every))


def _cause(row: _Row, language: Language) -> list[str]:
    return [f"  {bracketed(row['name'], _said('change.' + row['change'], language), language)}"]


def _finding(row: _Row, language: Language) -> Iterator[str]:
    verdicts = dict.fromkeys(verdict for verdict in (row["verdict_before"], row["verdict_after"]) if verdict)
    told = " → ".join(_said(f"verdict.{verdict}", language) for verdict in verdicts)
    head = _headed(_said(f"change.{row['change']}", language), language, row["id"])
    yield f"  {bracketed(head, told, language)} [{said_cause(row['cause'], language)}]"
    for mark, when in (("-", "before"), ("+", "after")):
        if row[f"text_{when}_{language}"]:
            yield f"    {mark} {row[f'text_{when}_{language}']}"


def _block(row: _Row, language: Language) -> Iterator[str]:
    where = f"{row['template']}/{row['subject']}.{row['language']} {row['section']}".rstrip()
    what = listed((_said(f"kind.{row['kind']}", language), _said(f"change.{row['change']}", language)), language)
    yield f"  {_headed(where, language, what)} [{said_cause(row['cause'], language)}]"
    texts = dict.fromkeys(text for text in (row["text_before"], row["text_after"]) if text)
    if row["change"] == "moved":
        yield from (f"    = {text}" for text in list(texts)[-1:])
        return
    yield from (f"    - {text}" for text in [row["text_before"]] if text)
    yield from (f"    + {text}" for text in [row["text_after"]] if text)


def _numbers(found: Comparison, language: Language, *, every: bool) -> list[str]:
    shown = found.numbers[found.numbers["shown"]]
    ranked = rows_of(found.numbers) if every else sorted(rows_of(shown), key=_weight)[:FEW]
    if not ranked:
        return []
    head = _said("changed_numbers", language)
    cut = len(ranked) < len(shown)
    told = bracketed(head, _said("largest", language, n=len(ranked), all=f"{len(shown):,}"), language) if cut else head
    return ["", _headed(told, language), *(_number(row, language) for row in ranked)]


def _weight(row: _Row) -> tuple[float, str]:
    """Rank what is there in one run alone last, and the others by how large the change is beside the number."""
    if row["change"] != "changed":
        return inf, row["cell"]
    before, after = row["before"], row["after"]
    if before != before or after != after:  # noqa: PLR0124  missing
        return -inf, row["cell"]
    return (-abs(after - before) / abs(before) if before else -inf), row["cell"]


def _number(row: _Row, language: Language) -> str:
    def value(number: float) -> str:
        return write_number(number, row["decimals"]) if row["shown"] else f"{number!r}"

    measure = row[column_of("measure", language)]
    measure = measure if not measure or measure == "%" or language == "zh-Hans" else f" {measure}"
    told = f"{value(row['before'])} → {value(row['after'])}{measure}"
    change = "" if row["change"] == "changed" else _said(f"change.{row['change']}", language)
    said = _headed(row["cell"], language, bracketed(told, change, language))
    return f"  {said} [{said_cause(row['cause'], language)}]"


def as_csv(found: Comparison, language: Language = "en") -> str:
    """Write a comparison as one table, a row a finding, number or other difference of a memo.

    Columns ``what`` (``finding``, ``number``, ``memo`` or the kind of a block), ``unit`` (or the memo), ``id``,
    ``change``, ``before``, ``after`` (sentences in the language, numbers in full), ``cause``, ``memos``.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["what", "unit", "id", "change", "before", "after", "cause", "memos"])
    for row in _rows(found, language):
        writer.writerow([for_spreadsheet(each) if isinstance(each, str) else each for each in row])
    return text.getvalue()


def _rows(found: Comparison, language: Language) -> Iterator[tuple[Any, ...]]:
    for row in rows_of(found.findings):
        texts = (row[f"text_{when}_{language}"] for when in ("before", "after"))
        yield "finding", row["unit"], row["id"], row["change"], *texts, row["cause"], row["memos"]
    for row in rows_of(found.numbers):
        values = ("" if number != number else number for number in (row["before"], row["after"]))  # noqa: PLR0124
        yield "number", row["unit"], row["cell"], row["change"], *values, row["cause"], ""
    for row in rows_of(found.memos[found.memos["change"] != "changed"]):
        memo = f"{row['template']}/{row['subject']}"
        yield "memo", row["subject"], memo, row["change"], "", "", row["cause"], memo
    for row in rows_of(found.blocks[found.blocks["language"] == language]):
        memo = f"{row['template']}/{row['subject']}"
        told = (row["text_before"], row["text_after"])
        yield row["kind"], row["subject"], row["section"], row["change"], *told, row["cause"], memo
