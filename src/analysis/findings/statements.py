"""Sentences from facts. Each says one thing of one indicator; a fact without a value gives no sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.documents import Run, Runs, Sentence
from analysis.findings.wording import Slot
from analysis.messages import pick, rounded

if TYPE_CHECKING:
    from analysis.findings.brief import Brief
    from analysis.findings.evidence import Fact
    from analysis.workspace import Indicator

#: At most so many sentences of one kind in a section; the table has the rest.
FEW = 3


def summary(brief: Brief) -> list[Sentence]:
    """Say the headline figures: sizes with share and change, ratios with place, the spread between the units."""
    headlines = [each for each in brief.reference.catalogue.values() if each.headline]
    sizes = [size(brief, each) for each in headlines if each.additive]
    ratios = [standing(brief, each) for each in headlines if each.kind == "ratio"]
    spreads = [sentence for each in headlines if each.balance for sentence in unevenness(brief, each)]
    paragraphs = ([each for each in group if each] for group in (sizes, ratios, spreads))
    return [
        sentence.model_copy(update={"opens": place == 0})
        for paragraph in paragraphs
        for place, sentence in enumerate(paragraph)
    ]


def size(brief: Brief, indicator: Indicator) -> Sentence | None:
    """Say the newest level, its part of the whole, and the change since the figure before if none doubts it."""
    evidence = brief.evidence
    course = evidence.course(indicator.code, evidence.unit)
    if not course:
        return None
    level = course[-1]
    share = evidence.fact(indicator.code, evidence.unit, level["year"], "share")
    slots = {**_about(brief, indicator), "year": level["year"], "value": brief.number(level)}
    if share is None:
        return Sentence(text=brief.runs("level", **slots))
    slots["share"] = brief.number(share)
    before = [row for row in course[:-1] if row["segment"] == level["segment"]]
    if not before:
        return Sentence(text=brief.runs("level_share", **slots))
    years = (before[-1]["year"], level["year"])
    change = evidence.fact(indicator.code, evidence.unit, years, "change")
    growth = evidence.fact(indicator.code, evidence.unit, years, "growth")
    if change is None or growth is None or change["doubt"]:
        return Sentence(text=brief.runs("level_share", **slots))
    if rounded(growth["value"], brief.decimals(growth)) == 0:
        return Sentence(text=brief.runs("level_share_same", **slots, base=years[0]))
    rising = change["value"] > 0
    return Sentence(
        text=brief.runs(
            "level_share_change",
            **slots,
            base=years[0],
            direction=brief.runs("up" if rising else "down"),
            growing=brief.runs("grew" if rising else "fell"),
            change=brief.number(change, absolute=True),
            growth=brief.number(growth, absolute=True),
        )
    )


def standing(brief: Brief, indicator: Indicator) -> Sentence | None:
    """Say a ratio in the newest year that all peers have, the whole's, and the unit's place from the highest."""
    evidence = brief.evidence
    years = evidence.complete(indicator.code)
    if not years or len(evidence.peers) < 2:  # noqa: PLR2004  one unit has no place
        return None
    year = years[-1]
    level = evidence.level(indicator.code, evidence.unit, year)
    whole = evidence.level(indicator.code, evidence.whole, year)
    place = evidence.fact(indicator.code, evidence.unit, year, "place")
    peers = evidence.fact(indicator.code, evidence.unit, year, "peers")
    if level is None or whole is None or place is None or peers is None:
        return None
    return Sentence(
        text=brief.runs(
            "place",
            **_about(brief, indicator),
            year=year,
            value=brief.number(level),
            whole_value=brief.number(whole),
            place=brief.number(place),
            peers=brief.number(peers),
        )
    )


def unevenness(brief: Brief, indicator: Indicator) -> list[Sentence]:
    """Say the variation between the units, that of the year before, and whether the change is doubtful."""
    evidence = brief.evidence
    years = evidence.complete(indicator.code)
    spreads = [(year, evidence.fact(indicator.code, evidence.whole, year, "cv")) for year in years]
    found = [(year, fact) for year, fact in spreads if fact is not None]
    if not found:
        return []
    year, cv = found[-1]
    statistics = {
        statistic: evidence.fact(indicator.code, evidence.whole, year, statistic)
        for statistic in ("lowest", "highest", "peers")
    }
    slots: dict[str, Slot] = {
        **_about(brief, indicator),
        "year": year,
        "cv": brief.number(cv),
        **{key: brief.number(fact) for key, fact in statistics.items() if fact is not None},
    }
    earlier = [(each, fact) for each, fact in found[:-1] if indicator.segment(each) == indicator.segment(year)]
    if not earlier:
        return [Sentence(text=brief.runs("cv", **slots))]
    base, first = earlier[-1]
    said = [Sentence(text=brief.runs("cv_change", **slots, base=base, cv_base=brief.number(first)))]
    doubts = [each for each, fact in ((base, first), (year, cv)) if fact["doubt"]]
    return said + [sentence for each in doubts for sentence in _doubt(brief, indicator, each)]


def _doubt(brief: Brief, indicator: Indicator, year: int) -> list[Sentence]:
    parts = set(brief.reference.catalogue.parts(indicator.code))
    said = []
    for code, against, units in exceeding(brief, year):
        if code in parts:
            said.append(
                Sentence(
                    text=brief.runs(
                        "doubt_change",
                        year=year,
                        units=brief.wording.list_of(units),
                        indicator=brief.indicator_name(brief.reference.catalogue[code], inside=True),
                        against=brief.indicator_name(brief.reference.catalogue[against], inside=True),
                    )
                )
            )
    return said


def exceeding(brief: Brief, year: int) -> list[tuple[str, str, list[Run]]]:
    """Give the indicators that exceed what they cannot exceed in a year, what that is, and the units' short names."""
    frame = brief.evidence.warnings
    frame = frame[(frame["kind"] == "above") & (frame["year"] == year)]
    return [
        (str(code), str(against), [Run(text=brief.name(unit, short=True)) for unit in group["unit"]])
        for (code, against), group in frame.groupby(["indicator", "against"], sort=False)
    ]


def profile(brief: Brief, topic: str) -> list[Sentence]:
    """Say how the unit stands in the ratios of a topic that the summary leaves out; without ratios, its sizes."""
    others = [each for each in brief.reference.catalogue.of(topic=topic) if not each.headline]
    said = {_parts(brief, each) for each in brief.reference.catalogue.values() if each.headline}
    ratios = [standing(brief, each) for each in others if each.kind == "ratio" and _parts(brief, each) not in said]
    sizes = [size(brief, each) for each in others if each.additive] if not ratios else []
    return [sentence for sentence in (*ratios, *sizes) if sentence][:FEW]


def _parts(brief: Brief, indicator: Indicator) -> frozenset[str]:
    """Give the parts of a ratio: a ratio and its inverse say the same thing."""
    return frozenset(brief.reference.catalogue.parts(indicator.code) if indicator.kind == "ratio" else ())


def change(brief: Brief) -> list[Sentence]:
    """Say where the unit's growth differs most from the whole's, among what the summary leaves out if it leaves any."""
    evidence = brief.evidence
    found: list[tuple[float, Sentence]] = []
    sizes = brief.reference.catalogue.of(kinds=("count", "amount"))
    for indicator in [each for each in sizes if not each.headline] or sizes:
        years = evidence.span(indicator)
        own = evidence.fact(indicator.code, evidence.unit, years, "growth") if years else None
        whole = evidence.fact(indicator.code, evidence.whole, years, "growth") if years else None
        if (
            years is None
            or own is None
            or whole is None
            or own["doubt"]
            or whole["doubt"]
            or indicator.cautioned(years)
        ):
            continue
        sentence = Sentence(
            text=brief.runs(
                "growth_beside_whole",
                **_about(brief, indicator),
                base=years[0],
                year=years[1],
                growing=_grew(brief, own),
                growth=brief.number(own, absolute=True),
                whole_growing=_grew(brief, whole),
                whole_growth=brief.number(whole, absolute=True),
            )
        )
        found.append((abs(own["value"] - whole["value"]), sentence))
    return [sentence for _, sentence in sorted(found, key=lambda pair: -pair[0])[:FEW]]


def balance(brief: Brief) -> list[Sentence]:
    """Say which lists of the topic the unit is on, and the spread of the ratios that the summary leaves out."""
    evidence = brief.evidence
    said = []
    for indicator in brief.reference.catalogue.of(topic="balance", kinds=("flag",)):
        level = evidence.latest(indicator.code)
        if level is not None and level["value"] == 1:
            said.append(Sentence(text=brief.runs("flag", **_about(brief, indicator), year=level["year"])))
    others = [each for each in brief.reference.catalogue.of(balance=True) if not each.headline]
    return said + [sentence for each in others for sentence in unevenness(brief, each)]


def rates(brief: Brief, topic: str) -> list[Sentence]:
    """Say the published rates of a topic that the unit has, the newest of each."""
    said = []
    for indicator in brief.reference.catalogue.of(topic=topic):
        level = brief.evidence.latest(indicator.code)
        if level is not None:
            slots = {**_about(brief, indicator), "year": level["year"], "value": brief.number(level)}
            said.append(Sentence(text=brief.runs("rate", **slots)))
    return said


def breaks(brief: Brief, topic: str) -> list[Sentence]:
    """Say where series of a topic start anew, each reason once."""
    said: dict[tuple[int, str], Indicator] = {}
    for indicator in brief.reference.catalogue.of(topic=topic):
        years = [row["year"] for row in brief.evidence.course(indicator.code, brief.evidence.above)]
        for each in indicator.breaks:
            if years and years[0] < each.year <= years[-1]:
                said.setdefault((each.year, pick(each.reason, brief.language)), indicator)
    return [
        Sentence(
            text=brief.runs(
                "split_series",
                indicator=pick(indicator.family_name or indicator.name, brief.language),
                year=year,
                reason=_reason(reason),
            )
        )
        for (year, reason), indicator in said.items()
    ]


def _reason(reason: str) -> Run:
    return Run(text=reason, role="citation")


def _grew(brief: Brief, fact: Fact) -> Runs:
    return brief.runs("grew" if fact["value"] >= 0 else "fell")


def _about(brief: Brief, indicator: Indicator) -> dict[str, str]:
    return {"indicator": brief.indicator_name(indicator), "measure": brief.wording.measure(indicator.measure)}
