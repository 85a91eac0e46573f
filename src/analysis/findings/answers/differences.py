"""Differences as findings: of units from all together, of waves from those before, of groups from each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from analysis.findings.answers.cells import confidence, named, number
from analysis.findings.answers.comparisons import Compared
from analysis.findings.answers.estimates import Row
from analysis.findings.answers.families import clear
from analysis.findings.answers.levels import about, finding, overall, slots_of_level
from analysis.findings.answers.waves import Wave
from analysis.findings.finding import Finding
from analysis.findings.wording import Cited, Slot, Word
from analysis.messages import LANGUAGES, Texts

UNTOLD = "unclear"


def differences(
    wave: Wave, means: Mapping[str, Row], comparisons: Sequence[Compared], *, rate: float, level: float
) -> Iterator[Finding]:
    """Give a finding for every comparison of a wave; those that are not clear have the verdict ``unclear``."""
    found = [each for each in comparisons if each.row["survey"] == wave.name]
    asked = _largest_shortfalls(found, rate)
    for each in found:
        if each.row["statistic"] == "change":
            yield _change(wave, each, means, rate, level)
        elif each.parts:
            yield _groups(wave, each, rate, level)
        else:
            # What the level by itself would say is known with the gap, so that it is not said beside it.
            row = overall(wave, means, each.row["unit"])
            same = row is not None and row["index"] == each.row["index"]
            hidden = slots_of_level(wave, row, means, found, rate=rate, level=level) if row and same else {}
            yield _gap(wave, each, means, rate, level, hidden=hidden, ask=each.row["cell"] in asked)


def _largest_shortfalls(found: Sequence[Compared], rate: float) -> set[str]:
    """Give the cell of each unit's largest shortfall: what to look at is asked once, not with every sentence."""
    below: dict[str, Row] = {}
    for each in found:
        row = each.row
        if row["statistic"] == "gap" and not each.parts and clear(each, rate) and row["estimate"] < 0:
            below[row["unit"]] = min(below.get(row["unit"], row), row, key=lambda one: one["estimate"])
    return {row["cell"] for row in below.values()}


def _span(row: Row, wave: Wave, level: float) -> dict[str, Slot]:
    """Give a difference without its sign, with the ends of its interval in the order in which they are then."""
    slots: dict[str, Slot] = {"confidence": confidence(wave, level)}
    if row["estimate"] == row["estimate"]:
        slots["by"] = number(row, absolute=True)
    interval = row["lower"] == row["lower"] and row["lower"] * row["upper"] > 0
    if interval:
        ends = ("lower", "upper") if row["estimate"] > 0 else ("upper", "lower")
        slots |= {"least": number(row, ends[0], absolute=True), "most": number(row, ends[1], absolute=True)}
    return slots | {"interval": Word("yes" if interval else "no")}


def _gap(
    wave: Wave, each: Compared, means: Mapping[str, Row], rate: float, level: float, *, hidden: Mapping[str, Slot],
    ask: bool,
) -> Finding:  # fmt: skip
    row = each.row
    mean = means[row["cell"].removesuffix("gap") + "mean"]
    whole = means[f"{wave.name}/{row['index']}/{wave.whole}/mean"]
    verdict = UNTOLD if not clear(each, rate) else "above" if row["estimate"] > 0 else "below"
    slots = {**hidden, **about(wave, mean), **_span(row, wave, level)} | {
        "mean": number(mean), "whole": wave.names[wave.whole], "whole_mean": number(whole),
        "ask": Word("yes" if ask else "no"),
    }  # fmt: skip
    tones = {"above": "good", "below": "bad"}
    return finding(wave, row, "gap", "gap", slots, cells=(row["cell"], mean["cell"], whole["cell"]), reference="whole",
                   verdict=verdict, tone=tones.get(verdict, "neutral"))  # fmt: skip


def _change(wave: Wave, each: Compared, means: Mapping[str, Row], rate: float, level: float) -> Finding:
    row = each.row
    mean = means.get(row["cell"].removesuffix("change") + "mean")
    compared = row["comparable"] in {"yes", "with_care"} and row["estimate"] == row["estimate"]
    verdict = UNTOLD if not compared or not clear(each, rate) else "up" if row["estimate"] > 0 else "down"
    slots: dict[str, Slot] = {"unit": wave.names[row["unit"]], "base": int(row["base_wave"]), "year": wave.year,
             "index": wave.index_names[row["index"]], "who": about(wave, row)["who"]}  # fmt: skip
    cells: tuple[str, ...] = ()
    if compared and mean is not None:
        slots |= _span(row, wave, level) | {
            "before": number(row, "against"), "mean": number(mean), "n": number(row, "n"),
            "n_before": number(row, "n_before"),
            "care": Word("yes" if row["comparable"] == "with_care" else "no"),
        }  # fmt: skip
        cells = (row["cell"], named(row, "against"), mean["cell"])
    tones = {"up": "good", "down": "bad"}
    return finding(wave, row, "change", "change" if cells else "not_compared", slots, cells=cells, reference="before",
                   verdict=verdict, tone=tones.get(verdict, "neutral"))  # fmt: skip


def _groups(wave: Wave, each: Compared, rate: float, level: float) -> Finding:
    row, (high, low) = each.row, each.parts
    slots = about(wave, row) | _span(row, wave, level) | {
        "high": wave.called(row["column"], high["code"]), "low": wave.called(row["column"], low["code"]),
        "several": Word("yes" if each.pairs > 1 else "no"),
        "question": Cited(_question(wave, row["column"])),
    }  # fmt: skip
    cells = [row["cell"]]
    for end, one in (("high", high), ("low", low)):
        slots |= {f"{end}_mean": number(one), f"{end}_n": number(one, "n")}
        cells.append(one["cell"])
    verdict = "above" if clear(each, rate) else UNTOLD
    return finding(wave, row, "gap", "groups", slots, cells=tuple(cells), reference="group", verdict=verdict)


def _question(wave: Wave, column: str) -> Texts:
    """Give the words of the question that tells groups apart, or what their column is called."""
    asked = next((each.item.text for each in wave.design.survey.asked if each.code == column), None)
    return asked or {language: wave.design.labels.head(column, language) for language in LANGUAGES}
