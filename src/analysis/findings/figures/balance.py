"""Balance: what the rule on balanced development says of each unit's schools, part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from math import isnan
from typing import TYPE_CHECKING, Any, Literal

from analysis.findings.figures.book import BALANCE, both, cells_in, finding_id, titled
from analysis.findings.figures.schools import ITEMS, SCHOOLS, Schools, money_of, stages_of
from analysis.findings.finding import Finding
from analysis.findings.wording import Cited, Listed, Message, Slot, Word
from analysis.indicators import rows_of
from analysis.indicators.balance.standard import PARTS, WHOLE
from analysis.indicators.balance.verdicts import decimals_of

if TYPE_CHECKING:
    from analysis.findings.figures.book import Book
    from analysis.messages import Texts

Judged = Literal["met", "missed", "open"]
_TONES: dict[str, Literal["good", "bad", "neutral"]] = {"met": "good", "missed": "bad"}


def balance(book: Book, found: Schools) -> Iterator[Finding]:
    """Say of each unit which resources, schools and items meet the rule, which miss it, and what is open.

    What is missing is open, never met.
    """
    there = set(found.found.verdicts["unit"])
    for unit, whole in book.units():
        if not whole:
            units = [each for each in book.peers[unit] if each in there] if unit in book.peers else []
            if units:
                yield _of_whole(book, found, unit, units)
            continue
        if unit not in there:
            continue
        if rows := found.judged(unit):
            yield _coefficients(book, found, unit, rows)
        if found.verdict(unit, "schools"):
            yield _schools(book, found, unit)
        yield from _items(book, found, unit)
        yield _verdict(book, found, unit)


def _finding(
    found: Schools, unit: str, subject: str, verdict: Judged, message: str, slots: Mapping[str, Slot], **more: Any
) -> Finding:  # fmt: skip
    about = f"{found.rule.id}.{subject}"
    return Finding(
        id=finding_id(BALANCE, about, unit, found.year, None, "standard"), unit=unit, year=found.year, topic=BALANCE,
        kind="threshold", reference="standard", verdict=verdict, tone=_TONES.get(verdict, "neutral"), subject=about,
        cells=cells_in(slots), synthetic=found.synthetic, message=message, slots=slots, **more,
    )  # fmt: skip


def _marked(found: Schools, unit: str, part: str) -> Slot:
    mark = found.mark(unit, part)
    return Message("balance_mark", {"mark": Cited(mark)}) if mark else ""


def _some(
    found: Schools, key: str, subject: str, unit: str, statistic: str, n: int, measure: Texts | None = None,
    **more: Slot,
) -> Slot:  # fmt: skip
    """Say how many there are; nothing if there are none."""
    return Message(key, {"n": found.count(subject, unit, statistic, n, measure), **more}) if n else ""


def _all(part: int, whole: int, *, every: bool) -> Word:
    """Give the choice between all of everything, all of one stage, and some of it."""
    return Word("every" if every else "yes" if part == whole else "no")


def _coefficients(book: Book, found: Schools, unit: str, rows: list[dict[str, Any]]) -> Finding:
    """Say which coefficients of variation are within their limits, and what would bring the others there."""
    known = [row for row in rows if not isnan(row["cv"])]
    missed = sorted((row for row in known if not row["met"]), key=lambda row: row["margin"])
    unknown = len(rows) - len(known)
    verdict: Judged = "missed" if missed else "open" if unknown else "met"
    stages = [_within(found, unit, stage, rows, every=verdict == "met") for stage in stages_of(rows)]
    nearest = min(known, key=lambda row: row["margin"], default=None)
    above = tuple(_coefficient(found, row) for row in missed)
    slots: dict[str, Slot] = {
        "year": found.year, "unit": book.unit(unit), "stages": Listed(tuple(stages)),
        "every": Word("yes" if verdict == "met" else "no"),
        "above": Message("balance_above", {"above": Listed(above)}) if above else "",
        "nearest": Message("balance_nearest", {"nearest": _coefficient(found, nearest)})
        if nearest is not None and verdict == "met" else "",
        "unknown": _some(found, "balance_unknown", "cv", unit, "unknown", unknown, ITEMS),
        "repair": _repair(book, found, unit, missed), "mark": _marked(found, unit, "cv"),
    }  # fmt: skip
    worst = missed[0] if missed else nearest
    of_worst = {"estimate": worst["cv"], "against": worst["limit"]} if worst else {}
    return _finding(found, unit, "cv", verdict, "balance_cv", slots, **of_worst)


def _within(found: Schools, unit: str, stage: str, rows: list[dict[str, Any]], *, every: bool) -> Slot:
    here = [row for row in rows if row["stage"] == stage]
    met = sum(bool(row["met"]) for row in here if not isnan(row["cv"]))
    slots: dict[str, Slot] = {
        "stage": found.stage(stage), "n": found.count(f"cv.{stage}", unit, "within", met, ITEMS),
        "of": found.count(f"cv.{stage}", unit, "judged", len(here), ITEMS),
        "all": _all(met, len(here), every=every),
    }  # fmt: skip
    return Message("balance_within", slots)


def _coefficient(found: Schools, row: Mapping[str, Any]) -> Slot:
    slots: dict[str, Slot] = {"stage": found.stage(row["stage"]), "indicator": found.names[row["indicator"]],
                              "cv": found.coefficient(row), "limit": found.limit(row)}  # fmt: skip
    return Message("balance_coefficient", slots)


def _repair(book: Book, found: Schools, unit: str, missed: list[dict[str, Any]]) -> Slot:
    """Say the least additions that would bring coefficients within their limits, as far as adding can."""
    resources = {each.id: each for each in found.found.standard.resources.indicators}
    needed: list[Slot] = []
    for row in missed:
        least = found.evening.get((unit, row["stage"], row["indicator"]))
        if least is None or row["indicator"] not in resources:
            continue
        subject, measure = f"{row['indicator']}.{row['stage']}", resources[row["indicator"]].measure
        how = "the least additions of the verb repair, coefficients alone"
        slots: dict[str, Slot] = {"stage": found.stage(row["stage"]), "indicator": found.names[row["indicator"]],
                                  "schools": found.count(subject, unit, "schools_added_to", least["schools"], SCHOOLS),
                                  }  # fmt: skip
        money = money_of(least["added"], measure)
        for slot, name, (value, decimals, printed) in zip(
            ("added", "added_en"), ("least_addition", "least_addition_en"), money, strict=False
        ):
            slots[slot] = found.number(subject, unit, name, value, decimals=decimals, measure=printed, how=how)
        needed.append(Message("balance_addition_money" if len(money) > 1 else "balance_addition", slots))
    return Message("balance_repair", {**book.kinds(), "needed": Listed(tuple(needed))}) if needed else ""


def _schools(book: Book, found: Schools, unit: str) -> Finding:
    """Say how many schools meet what the rule asks of a school, and where those that fail are weakest."""
    frame = found.found.schools
    here = frame[frame["unit"] == unit]
    fails, unknown = here[here["verdict"] == "fails"], int((here["verdict"] == "unknown").sum())
    verdict: Judged = "missed" if len(fails) else "open" if unknown or here.empty else "met"
    failed, met, rest = list[Slot](), list[Slot](), False
    for stage in stages_of(rows_of(here)):
        of_stage = here[here["stage"] == stage]
        comes = Counter(str(each) for each in of_stage["verdict"])
        if comes["fails"]:
            failed.append(_of_stage(found, unit, stage, "fails", comes["fails"], "some"))
        if comes["meets"]:
            which = "every" if verdict == "met" else "all" if comes["meets"] == len(of_stage) else "some"
            if comes["fails"] and not comes["unknown"]:
                which, rest = ("some" if rest else "rest"), True
            met.append(_of_stage(found, unit, stage, "meets", comes["meets"], which))
    those: Slot = Listed(tuple(met)) if met else ""
    told: dict[str, Slot] = {
        "year": found.year, "unit": book.unit(unit), "failed": Listed(tuple(failed)) if failed else "", "met": those,
        "others": Message("balance_schools_others", {"met": those}) if met else "",
        "weakest": _weakest(book, found, [str(each) for each in fails["weakest"].dropna()], len(fails)),
        "unknown": _some(found, "balance_schools_unknown", "schools", unit, "unknown", unknown, SCHOOLS)
        if met or fails.size else "",
        "mark": _marked(found, unit, "schools"),
        "register": Message("balance_register", {}) if found.synthetic else "",
    }  # fmt: skip
    if verdict == "open" and not met:
        told["unknown"] = found.count("schools", unit, "unknown", unknown, SCHOOLS)
        return _finding(found, unit, "schools", verdict, "balance_schools_unknown_all", told)
    return _finding(found, unit, "schools", verdict, f"balance_schools_{verdict}", told)


def _of_stage(found: Schools, unit: str, stage: str, statistic: str, n: int, which: str) -> Slot:
    """Say how many schools of a stage: all, the rest, or some."""
    slots: dict[str, Slot] = {"stage": found.stage(stage), "n": found.schools(stage, unit, n, statistic),
                              "which": Word(which)}  # fmt: skip
    return Message("balance_schools_of", slots)


def _weakest(book: Book, found: Schools, weakest: list[str], fails: int) -> Slot:
    """Name the resource that more than half of the failing schools lack most; nothing where there is none."""
    if not weakest:
        return ""
    most, n = max(Counter(weakest).items(), key=lambda each: (each[1], each[0]))
    if 2 * n <= fails:
        return ""
    return Message("balance_weakest", {**book.kinds(), "indicator": found.names[most]})


def _items(book: Book, found: Schools, unit: str) -> Iterator[Finding]:
    """Say which items of the rule are missed."""
    missed = [row for row in found.reasons(unit) if row["verdict"] == "missed" and isinstance(row["item"], str)]
    said: list[Slot] = []
    for row in missed:
        item = found.found.standard.item(row["item"])
        slots: dict[str, Slot] = {"item": Cited(both(item.name))}
        if row["reason"] == "item_missed_computed":
            slots["n"] = found.count(row["item"], unit, "beyond", row["n"], SCHOOLS)
        elif row["reason"] == "item_missed_value":
            decimals = decimals_of(row["value"])
            slots["value"] = found.number(row["item"], unit, "value", row["value"], decimals=decimals,
                                          measure=item.unit, how="as given in the table of items")  # fmt: skip
            slots["limit"] = found.number(row["item"], unit, "limit", row["limit"], decimals=decimals_of(row["limit"]),
                                          measure=item.unit, how=f"the rule {found.rule.id}")  # fmt: skip
        key = {"item_missed_computed": "balance_item_schools", "item_missed_value": "balance_item_value"}
        said.append(Message(key.get(row["reason"], "balance_item"), slots))
    if said:
        n = found.count("items", unit, "missed", len(said), ITEMS)
        slots = {
            **book.kinds(), "year": found.year, "unit": book.unit(unit), "n": n, "items": Listed(tuple(said)),
        }  # fmt: skip
        yield _finding(found, unit, "items", "missed", "balance_items", slots)


def _verdict(book: Book, found: Schools, unit: str) -> Finding:
    """Say what comes of all parts together, and how many items nothing is known of."""
    items = found.found.items
    here = items[items["unit"] == unit]
    still = int((here["verdict"] == "open").sum())
    verdict = found.verdict(unit, WHOLE)
    missed: list[Slot] = [
        Message("balance_part", {"part": Word(part)}) for part in PARTS if found.verdict(unit, part) == "missed"
    ]
    slots: dict[str, Slot] = {
        "year": found.year, "unit": book.unit(unit), "rule": Cited(titled(found.rule.title)),
        "missed": Listed(tuple(missed)) if missed else "",
        "still": _some(found, "balance_still_open", "items", unit, "open", still, ITEMS, **book.kinds(),
                       items=found.count("items", unit, "all", len(here), ITEMS)),
        "mark": _marked(found, unit, WHOLE),
    }  # fmt: skip
    whole: Judged = "met" if verdict == "met" else "missed" if verdict == "missed" else "open"
    return _finding(found, unit, "whole", whole, f"balance_{whole}", slots)


def _of_whole(book: Book, found: Schools, whole: str, units: list[str]) -> Finding:
    """Say how many of the units meet the parts that schools decide, and what comes of the whole for how many."""
    come = Counter(found.verdict(unit, WHOLE) for unit in units)
    slots: dict[str, Slot] = {**book.kinds(), "year": found.year, "whole": book.unit(whole),
                              "units": found.count(WHOLE, whole, "units", len(units))}  # fmt: skip
    for part in ("cv", "composite", "schools"):
        verdicts = [found.verdict(unit, part) for unit in units]
        slots[part] = ""
        if any(verdicts):
            met = found.count(part, whole, "units_met", verdicts.count("met"))
            slots[part] = Message(f"balance_units_{part}", {"n": met})
    for each in ("met", "missed", "open"):
        slots[each] = _some(found, f"balance_units_{each}", WHOLE, whole, f"units_{each}", come[each])
    verdict: Judged = "met" if come["met"] == len(units) else "missed" if come["missed"] else "open"
    return _finding(found, whole, WHOLE, verdict, "balance_units", slots)
