"""Notes on the data and the list of sources: what a reader must know before a figure is used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.documents import Heading, Run, Runs, Sentence
from analysis.documents.blocks import text_of
from analysis.findings.duties import duties_of
from analysis.findings.finding import read_runs
from analysis.findings.wording import name, year
from analysis.indicators import rows_of
from analysis.messages import pick, write_number

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.brief import Brief
    from analysis.findings.evidence import Fact
    from analysis.workspace import Indicator

_SCHOOL_TOPICS = frozenset({"schooling", "staffing"})


def newest_own(brief: Brief) -> Fact | None:
    """Give the unit's newest figure; of several of one year the first in the catalogue."""
    evidence = brief.evidence
    found = [row for code in brief.reference.catalogue if (row := evidence.latest(code))]
    return max(found, key=lambda row: row["year"]) if found else None


def newest_complete(brief: Brief) -> int | None:
    """Give the newest year in which all peers have school figures (or, where there are none, any figure)."""
    catalogue = brief.reference.catalogue
    school = [code for code in catalogue if catalogue[code].topic in _SCHOOL_TOPICS]
    for codes in (school, list(catalogue)):
        years = [years[-1] for code in codes if (years := _complete(brief, code))]
        if years:
            return max(years)
    return None


def _complete(brief: Brief, code: str) -> list[int]:
    """Give the years in which all peers have a figure; in a memo of the whole, all units below it."""
    evidence = brief.evidence
    if not evidence.below:
        return evidence.complete(code)
    held = [{row["year"] for row in evidence.course(code, unit)} for unit in evidence.below]
    return sorted(set.intersection(*held))


def newest(brief: Brief) -> list[Runs]:
    """Say, for the head of the memo, which years the newest figures of each topic are from."""
    complete, newest_of = newest_complete(brief), dict[str, int]()
    for code, indicator in brief.reference.catalogue.items():
        row = brief.evidence.latest(code)
        if row is not None:
            newest_of[indicator.topic] = max(row["year"], newest_of.get(indicator.topic, 0))
    by_year = {each: [topic for topic, held in newest_of.items() if held == each] for each in newest_of.values()}
    ages = [
        brief.runs("newest_of", year=held, topics=_row(brief, [_inside(brief, each) for each in topics]))
        for held, topics in sorted(by_year.items(), reverse=True)
    ]
    lines = []
    if ages:
        key = "newest_whole" if brief.evidence.below else "newest_own"
        lines.append(brief.runs(key, ages=_row(brief, ages)))
    if complete is not None:
        lines.append(brief.runs("newest_peers", year=complete))
    return lines


def _row(brief: Brief, items: Sequence[str | Runs]) -> Runs:
    """Put items in a row with commas alone, which reads well where one row stands within another."""
    comma = Run(text="、" if brief.language == "zh-Hans" else ", ")
    parts = [(name(each),) if isinstance(each, str) else each for each in items]
    return tuple(run for place, runs in enumerate(parts) for run in ((comma, *runs) if place else runs))


def _inside(brief: Brief, topic: str) -> str:
    """Give the name of a topic as it stands inside a sentence."""
    text = brief.plain(topic)
    return text[:1].lower() + text[1:] if brief.language == "en" else text


def notes(brief: Brief) -> list[Sentence]:
    """List the notes, the gravest first."""
    of_figures = (_age, _exceeding, _totals, _boundaries) if brief.shown_facts else ()
    said: list[Runs] = [
        *(text for part in of_figures for text in part(brief)),
        *_variants(brief),
        *_cautions(brief),
        *_rounding(brief),
        *_duties(brief),
        *_figures(brief),
        *_answers(brief),
        *_synthetic(brief),
    ]
    return [Sentence(text=text, item=True, small=True) for text in said if text]


def _figures(brief: Brief) -> list[Runs]:
    """Say how coefficients, shares and roundings are made, where there are figures."""
    return [brief.runs("note_method")] if brief.shown_facts else []


def _duties(brief: Brief) -> list[Runs]:
    """Say of which duties with a heading no text was seen."""
    rule = brief.reference.rules.get("duties")
    if rule is None or "duties" not in brief.layout.names:
        return []
    heads = {text_of(each.text) for each in brief.section("duties").blocks if isinstance(each, Heading)}
    unseen = [pick(duty.name, brief.language) for duty in duties_of(rule).duties if duty.certainty == "C"]
    return [brief.runs("note_duty_c", duty=each) for each in unseen if each in heads]


def _answers(brief: Brief) -> list[Runs]:
    """Say how answers were gathered and compared, and what is held back."""
    said: list[Runs] = []
    surveys = {brief.about} if brief.kind == "survey" else set(brief.evidence.surveys_of(brief.shown))
    whole = brief.evidence.unit if brief.evidence.below else brief.evidence.whole or ""
    # In a memo that is not about it, a survey is introduced where its answers stand.
    introduced = {"", *(surveys if brief.kind == "survey" else ())}
    rows = [row for row in brief.evidence.rows("answer_notes", whole) if surveys and row["survey"] in introduced]
    written = "zh" if brief.language == "zh-Hans" else "en"
    said += [read_runs(row[written]) for row in sorted(rows, key=lambda row: row["order"])]
    rule = brief.reference.rules.get("statements")
    if surveys and rule is not None:
        bound = Run(text=str(rule.parameters["small"]), role="citation")
        said += [brief.runs("note_findings"), brief.runs("note_disclosure", bound=bound)]
    return said


def _synthetic(brief: Brief) -> list[Runs]:
    """Say what of a demonstration is simulated."""
    if not brief.reference.synthetic:
        return []
    tables = brief.evidence.tables
    parts = {"answers": ("estimates",), "schools": ("balance",), "ledger": ("claims", "rectification", "remarks")}
    there = [key for key, names in parts.items() if any(tables.has(name) for name in names)]
    listed = brief.wording.list_of(brief.runs(f"part_{key}") for key in there)
    return [brief.runs("note_synthetic", parts=listed)] if there else []


def _age(brief: Brief) -> list[Runs]:
    own, complete = newest_own(brief), newest_complete(brief)
    if own is None or complete is None:
        return []
    indicator = brief.indicator_name(brief.reference.catalogue[own["indicator"]], inside=True)
    return [
        brief.runs(
            "note_newest",
            year=brief.evidence.year,
            newest=own["year"],
            indicator=indicator,
            complete=complete,
        )
    ]


def _exceeding(brief: Brief) -> list[Runs]:
    evidence, catalogue = brief.evidence, brief.reference.catalogue
    said: list[Runs] = []
    own = evidence.warnings[(evidence.warnings["kind"] == "above") & (evidence.warnings["held"] == evidence.unit)]
    for each in sorted({int(found) for found in evidence.warnings.loc[evidence.warnings["kind"] == "above", "year"]}):
        for code, against, units in exceeding(brief, each):
            text = [
                brief.runs(
                    "note_above",
                    year=each,
                    units=brief.wording.list_of(units),
                    indicator=brief.indicator_name(catalogue[code], inside=True),
                    against=brief.indicator_name(catalogue[against], inside=True),
                )
            ]
            for row in rows_of(own[(own["year"] == each) & (own["indicator"] == code)]):
                facts = [evidence.fact(which, row["unit"], each) for which in (code, against)]
                if facts[0] is not None and facts[1] is not None:
                    text.append(
                        brief.runs(
                            "note_above_own",
                            value=brief.number(facts[0]),
                            other=brief.number(facts[1]),
                            measure=brief.wording.measure(catalogue[code].measure),
                            unit=brief.name(row["unit"]),
                        )
                    )
            said.append(brief.wording.together(text))
    return said


def exceeding(brief: Brief, year: int) -> list[tuple[str, str, list[Run]]]:
    """Give the indicators that exceed what they cannot exceed in a year, what that is, and the units' short names."""
    frame = brief.evidence.warnings
    frame = frame[(frame["kind"] == "above") & (frame["year"] == year)]
    return [
        (str(code), str(against), [name(brief.name(unit, short=True)) for unit in group["unit"]])
        for (code, against), group in frame.groupby(["indicator", "against"], sort=False)
    ]


def _totals(brief: Brief) -> list[Runs]:
    evidence = brief.evidence
    said: list[Runs] = []
    totals = evidence.warnings[(evidence.warnings["kind"] == "total") & (evidence.warnings["unit"] == evidence.whole)]
    for row in rows_of(totals):
        indicator = brief.reference.catalogue[row["indicator"]]
        found = [
            evidence.fact(row["indicator"], row["unit"], row["year"], statistic)
            for statistic in ("level", f"sum of {row['against']}", "gap")
        ]
        if row["rounding"] or any(fact is None for fact in found):
            continue
        level, total, gap = (fact for fact in found if fact is not None)
        decimals = max(_printed(level["value"]), _printed(total["value"]))
        said.append(
            brief.runs(
                "note_total",
                year=row["year"],
                indicator=brief.indicator_name(indicator),
                measure=brief.wording.measure(indicator.measure),
                value=_exact(level, decimals),
                sum=_exact(total, decimals),
                gap=_exact({**gap, "value": abs(gap["value"])}, decimals),
                cause=brief.runs("cause_unknown"),
            )
        )
    if evidence.whole and len(evidence.peers) > 1:
        said.append(brief.runs("note_totals_agree"))
    return said


def _printed(value: float) -> int:
    return next(places for places in range(7) if round(value, places) == round(value, 6))


def _exact(fact: Fact, decimals: int) -> Run:
    return Run(text=write_number(fact["value"], decimals), cell=fact["cell"])


def _boundaries(brief: Brief) -> list[Runs]:
    evidence, units = brief.evidence, brief.reference.units
    said = [brief.runs("note_boundaries")]
    own = evidence.levels[evidence.levels["unit"] == evidence.unit]
    merged = own[(own["status"] == "summed") & own["value"].notna()]
    for made_of, rows in merged.groupby(merged["made_of"].map(_territories), sort=True):
        parts = [name(_former(brief, part)) for part in made_of]
        said.append(brief.runs("note_merged", years=_years(brief, rows), parts=brief.wording.list_of(parts)))
    carried = own[~own["status"].isin(["summed", "computed"]) & (own["made_of"] != "") & own["value"].notna()]
    for made_of, rows in carried.groupby(carried["made_of"].map(_territories), sort=True):
        parts = [name(units.name(part, brief.language)) for part in made_of]
        said.append(brief.runs("note_renamed", years=_years(brief, rows), parts=brief.wording.list_of(parts)))
    for row in rows_of(own[own["status"] == "not_additive"]):
        indicator = brief.reference.catalogue[row["indicator"]]
        said.append(brief.runs("note_not_additive", year=row["year"], indicator=brief.indicator_name(indicator)))
    return [brief.wording.together(said)]


def _years(brief: Brief, rows: pd.DataFrame) -> Runs:
    return brief.wording.list_of(year(int(each)) for each in sorted(set(rows["year"])))


def _former(brief: Brief, unit: str) -> str:
    """Give the name of a territory; one that shares its name with the unit it went into is called the former one."""
    own = brief.name(unit)
    return brief.plain("former", former=own) if own == brief.name(brief.evidence.unit) else own


def _territories(made_of: str) -> tuple[str, ...]:
    return tuple(sorted({cell.split("/")[1] for cell in made_of.split(";")}))


def _cautions(brief: Brief) -> list[Runs]:
    """Say the catalogue's cautions for indicators that the memo shows, each text once."""
    said: dict[str, tuple[Indicator, str]] = {}
    years: dict[str, set[int]] = {}
    for row in brief.shown_facts:
        years.setdefault(row["indicator"], set()).add(row["year"])
    for indicator in brief.reference.catalogue.values():
        shown = years.get(indicator.code, set())
        for caution in indicator.cautions:
            if shown & set(caution.years) if caution.years else shown:
                certainty = brief.plain("inference") if caution.certainty == "inference" else ""
                said.setdefault(pick(caution.text, brief.language), (indicator, certainty))
    return [
        brief.runs(
            "note_caution",
            indicator=brief.indicator_name(indicator),
            text=Run(text=text, role="citation"),
            certainty=certainty,
        )
        for text, (indicator, certainty) in said.items()
    ]


def _variants(brief: Brief) -> list[Runs]:
    """Say by which definition indicators that have several are computed, if the memo shows them."""
    said: list[Runs] = []
    for code, variant in dict.fromkeys(
        (row["indicator"], row["variant"]) for row in brief.shown_facts if row["variant"]
    ):
        indicator = brief.reference.catalogue[code]
        chosen = next(each for each in indicator.variants if each.id == variant)
        how = pick(chosen.note, brief.language).rstrip("。.") if chosen.note else ""
        said.append(
            brief.runs(
                "note_variant_how" if how else "note_variant",
                indicator=brief.indicator_name(indicator),
                variant=Run(text=pick(chosen.name, brief.language), role="citation"),
                certainty=brief.plain(f"variant_{chosen.certainty}") if chosen.certainty in {"C", "own"} else "",
                **({"how": Run(text=how, role="citation")} if how else {}),
            )
        )
    return said


def _rounding(brief: Brief) -> list[Runs]:
    return [brief.runs("note_rounded")] if any(row["status"] == "rounded" for row in brief.shown_facts) else []
