"""A report: one self-evaluation with the verdicts on its claims, as cells, rows of a table, and findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from analysis.findings.duties import duty_of
from analysis.findings.finding import Finding
from analysis.findings.ledger.counts import Counts, row_of
from analysis.findings.ledger.naming import Naming, chained, few
from analysis.findings.ledger.verdicts import Outcome, Verdict
from analysis.findings.measures import NO_MEASURE, PERCENT, PERCENTAGE_POINTS, POINTS, of_change
from analysis.findings.permission import judged
from analysis.findings.wording import Message, Number, Slot, Word
from analysis.messages import Texts, in_columns, rounded
from analysis.workspace.ledger import Claim, SelfEvaluation

TOPIC: Final = "self_evaluation"
CLAIMS: Final[Texts] = {"zh-Hans": "项", "en": "claims"}
#: What is counted of the claims: all, those that could be verified, and what came of them; those on surveys that lie
#: ``within`` the interval are counted apart from those that agree, as the interval proves nothing.
COUNTED: Final = ("claims", "checked", "agree", "within", "differ", "open")
#: The topic of coefficients between schools.
BALANCE: Final = "balance"
#: So many of the claims that differ are named where all are counted.
NAMED: Final = 3
_HOW: Final = {"claimed": "as the unit wrote it", "difference": "claimed less monitored, as shown"}


def counted(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Count claims by what came of them (:data:`COUNTED`)."""
    found = [outcome_of(each) for each in verdicts]
    of = {each: found.count(each) for each in ("agrees", "within", "differs", "open")}
    return dict(zip(COUNTED, (len(found), len(found) - of["open"], *of.values()), strict=True))


def outcome_of(verdict: Verdict) -> str:
    """Say what comes of a claim: that on a survey which does not differ lies within its error."""
    return "within" if verdict.outcome == "agrees" and verdict.claim.index is not None else verdict.outcome


def overview(counts: Counts, message: str, *, synthetic: bool, **slots: Slot) -> Finding:
    """Say how many claims were checked, and what came of them.

    A finding of its kind is held to none that differ, and one that does is enough to matter: so it stands before what
    is said of each of them.
    """
    outcome = "none" if not counts["checked"] else "agree" if not counts["differ"] else "mixed"
    outcome = "differ" if outcome == "mixed" and counts["differ"] == counts["checked"] else outcome
    return counts.finding(
        message,
        {**counts.numbers("claims", "checked", "differ"), "year": counts.year, "outcome": Word(outcome), **slots},
        COUNTED,
        kind="consistency",
        reference="claim",
        verdict="differs" if counts["differ"] else "agrees" if counts["checked"] else "open",
        tone="bad" if counts["differ"] else "neutral",
        estimate=float(counts["differ"]),
        against=0.0,
        practical=1e-6,
        synthetic=synthetic,
    )


@dataclass(frozen=True)
class Report:
    """A self-evaluation with its verdicts.

    Parameters
    ----------
    evaluation
        The self-evaluation.
    unit
        The unit on the boundaries of the run.
    verdicts
        On its claims, in their order.
    naming
        What things are called.
    synthetic
        Whether any of it is invented.
    approved
        Whether what it says may be published; findings of what may not are withheld.
    """

    evaluation: SelfEvaluation
    unit: str
    verdicts: tuple[Verdict, ...]
    naming: Naming
    synthetic: bool
    approved: bool = True

    @cached_property
    def counts(self) -> Counts:
        """How many claims there are, what came of them, and why those are open that are."""
        sizes = counted(self.verdicts)
        sizes["others"] = sizes["differ"] - len(self.named)
        for reason in dict.fromkeys(each.reason for each in self.verdicts if each.reason):
            sizes[f"open_{reason}"] = sum(each.reason == reason for each in self.verdicts)
        return Counts(TOPIC, self.evaluation.unit, self.evaluation.year, CLAIMS, sizes, held_by=self.unit)

    @cached_property
    def named(self) -> tuple[Verdict, ...]:
        """The claims that differ most, which are named where all are counted, as long as each may be said by itself."""
        told = [each for each in self.verdicts if each.outcome == "differs" and self._may_be_named(each)]
        return tuple(sorted(told, key=lambda each: -_error(each))[:NAMED])

    @property
    def marked(self) -> dict[str, Any]:
        """Who may read its rows, and what the ids of its cells begin with."""
        under = f"{TOPIC}/{self.evaluation.unit}/{self.evaluation.year}/"
        return {"access": "public" if self.approved else "internal", "cells_under": under}

    def findings(self) -> Iterator[Finding]:
        """Give what there is to say; what is not approved yet is withheld from the first."""
        for each in self._found():
            yield each if self.approved else each.model_copy(update={"withheld": ("unapproved",)})

    def _found(self) -> Iterator[Finding]:
        """Give the counts with the claims that differ most, each other that differs, and what could not be verified."""
        counts, named = self.counts, self.naming.unit(self.evaluation.unit)
        if not self.verdicts:
            return
        yield self._together(overview(counts, "claims_checked", synthetic=self.synthetic, unit=named,
                                      kind=self.naming.kind, which=self._which()))  # fmt: skip
        yield from (self._differing(each) for each in self.verdicts
                    if each.outcome == "differs" and each not in self.named)  # fmt: skip
        if counts["open"]:
            reasons = [name for name in counts.sizes if name.startswith("open_")]
            why = chained([self._clause(name, alone=len(reasons) == 1) for name in reasons])
            others = Word("some" if counts["checked"] else "none")
            yield self._counting("open", "claims_open", "open", *reasons, why=why, others=others)

    def _may_be_named(self, each: Verdict) -> bool:
        """Tell whether a claim that differs may be said: what is held to a survey is, if the rule lets it."""
        rule = self.naming.workspace.rules.get("statements")
        if each.claim.index is None or rule is None:
            return each.claim.index is None
        return not any(found.withheld for found in judged((self._differing(each),), rule))

    def _which(self) -> Slot:
        """Name the claims that differ most; the year of several once."""
        clauses: list[Message] = []
        before: int | None = None
        for each in self.named:
            claim, flag = each.claim, self._is_flag(each.claim)
            key, slots = _said(each, self.numbers(each), flag=flag)
            dated = Word("no" if claim.year == before and claim.base_year is None else "yes")
            slots |= {"dated": dated, **self._about(claim)}
            clauses.append(Message(key.replace("claim_differs", "claim_named"), slots))
            before = claim.year
        if not clauses:
            return ""
        others = self.counts["others"]
        slots = {"list": chained(clauses), **({"others": self.counts.number("others")} if others else {})}
        return Message("claims_named_others" if others else "claims_named", slots)

    def _about(self, claim: Claim) -> dict[str, Slot]:
        base: dict[str, Slot] = {"base": claim.base_year} if claim.base_year else {}
        return {"indicator": self.naming.subject(claim), "year": claim.year, **base}

    def _together(self, finding: Finding) -> Finding:
        """Have the counts rest on the figures of the claims that they name."""
        cells = [number.cell for each in self.named for number in self.numbers(each).values()]
        cells += [figure.cell for each in self.named for figure in each.figures]
        others = [self.counts.cell("others")] if self.named else []
        return finding.model_copy(update={"cells": (*finding.cells, *others, *dict.fromkeys(cells))})

    def _counting(self, name: str, message: str, outcome: Outcome, *beside: str, **slots: Slot) -> Finding:
        counts = self.counts
        return Finding(
            id=f"{TOPIC}/{name}/{counts.unit}/{counts.year}", unit=self.unit, year=counts.year, topic=TOPIC,
            kind="consistency", reference="claim", verdict=outcome, subject=TOPIC, group=name,
            cells=tuple(counts.cell(each) for each in (name, *beside)), synthetic=self.synthetic, message=message,
            slots={name: counts.number(name), "unit": self.naming.unit(counts.unit), **slots},
        )  # fmt: skip

    def _clause(self, name: str, *, alone: bool) -> Message:
        """Say of how many claims, and which, a reason keeps from being verified; the number once if it is ``alone``."""
        subjects: dict[str, Slot] = {}
        for each in self.verdicts:
            if f"open_{each.reason}" != name:
                continue
            subject: Slot = self.naming.subject(each.claim)
            if each.reason == "other_year" and each.newest is not None:
                subject = Message("ledger_newest", {"subject": subject, "newest": each.newest})
            subjects.setdefault(each.claim.subject, subject)
        slots: dict[str, Slot] = {"count": self.counts.number(name), "counted": Word("no" if alone else "yes"),
                                  "subjects": few(list(subjects.values()))}  # fmt: skip
        return Message(name, slots)

    def _differing(self, each: Verdict) -> Finding:
        claim, now, numbers = each.claim, each.now, self.numbers(each)
        assert now is not None  # what differs was held to a figure  # noqa: S101
        message, slots = _said(each, numbers, flag=self._is_flag(claim))
        years = f"{claim.base_year}-{claim.year}" if claim.base_year else str(claim.year)
        return Finding(
            id=f"{TOPIC}/{claim.subject}/{self.evaluation.unit}/{years}/{claim.id}",
            unit=self.unit,
            year=claim.year,
            base_year=claim.base_year,
            topic=TOPIC,
            duty=self._duty(claim),
            kind="consistency",
            reference="claim",
            verdict="differs",
            tone="bad",
            subject=claim.subject,
            survey=_survey(claim),
            estimate=each.monitored,
            lower=now.lower,
            upper=now.upper,
            against=float(claim.number) if claim.number is not None else None,
            n=now.n,
            psus=now.psus,
            df=now.df,
            deff=now.deff,
            selection=now.selection,
            precision=now.precision,
            practical=each.margin or None,
            cells=(*(number.cell for number in numbers.values()), *(figure.cell for figure in each.figures)),
            synthetic=self.synthetic,
            message=message,
            slots={
                "indicator": self.naming.subject(claim, inside=claim.direction is not None),
                "year": claim.year,
                **({"base": claim.base_year} if claim.base_year else {}),
                **slots,
            },
        )

    def numbers(self, each: Verdict) -> dict[str, Number]:
        """Give the numbers of a verdict by name: claimed, monitored, difference, before, after, lower, upper.

        What was monitored is shown with as many decimals as the claim, or as the indicator has if those are more; the
        difference is that of the two as they are shown, so that a reader who subtracts finds it.
        """
        claim, checked = each.claim, each.outcome != "open"
        level, shown, apart, decimals = self._measures(each)
        found: dict[str, Number] = {}

        def put(name: str, value: float | None, measure: Texts, places: int = decimals) -> None:
            if value is not None:
                cell = f"{TOPIC}/{self.evaluation.unit}/{self.evaluation.year}/{claim.id}/{name}"
                found[name] = Number(cell, value, places, measure)

        if claim.number is not None:
            put("claimed", float(claim.number), shown, claim.decimals)
        if checked and each.monitored is not None and claim.number is not None:
            put("monitored", each.monitored, shown)
            put("difference", float(rounded(float(claim.number), decimals) - rounded(each.monitored, decimals)), apart)
        if checked and each.now is not None:
            put("lower", each.now.lower, level)
            put("upper", each.now.upper, level)
            put("confidence", each.now.confidence, PERCENT, 0)
        if checked and claim.direction is not None and each.now is not None and each.before is not None:
            put("before", each.before.value, level)
            put("after", each.now.value, level)
            put("monitored", each.now.value - each.before.value, apart)
        return found

    def _measures(self, each: Verdict) -> tuple[Texts, Texts, Texts, int]:
        """Give the measures of levels, of the claimed number, and of differences, and the decimals of the monitored."""
        claim = each.claim
        if claim.index is not None:
            measure = each.now.measure if each.now else POINTS
            return measure, measure, of_change(measure), max(1, claim.decimals)
        if claim.coefficient is not None:
            return NO_MEASURE, NO_MEASURE, NO_MEASURE, max(each.now.decimals if each.now else 0, claim.decimals)
        indicator = self.naming.workspace.catalogue[claim.indicator]
        level, apart = indicator.measure, of_change(indicator.measure)
        if claim.growth is not None:
            return level, PERCENT, PERCENTAGE_POINTS, max(1, claim.decimals)
        return level, apart if claim.change is not None else level, apart, max(indicator.decimals, claim.decimals)

    def cells(self) -> Iterator[dict[str, Any]]:
        """Give the cells of its counts and of the numbers of all verdicts."""
        yield from self.counts.rows()
        for each in self.verdicts:
            made_of = ", ".join(figure.cell for figure in each.figures)
            sources = sorted({source for figure in each.figures for source in figure.sources.split(";") if source})
            for name, number in self.numbers(each).items():
                yield row_of(
                    number,
                    how=_HOW.get(name, f"from {made_of}"),
                    unit=self.unit,
                    indicator=each.claim.subject,
                    year=each.claim.year,
                    base_year=each.claim.base_year,
                    statistic=name,
                    sources="" if name == "claimed" else ";".join(sources),
                )

    def overview(self) -> dict[str, Any]:
        """Give its row of the table of self-evaluations."""
        return self.counts.overview(COUNTED, synthetic=self.synthetic) | {
            "submitted": str(self.evaluation.last_submitted), **in_columns("source", self.evaluation.source),
            **self.marked,
        }  # fmt: skip

    def rows(self) -> Iterator[dict[str, Any]]:
        """Give its rows of the table of claims."""
        for each in self.verdicts:
            claim, flag = each.claim, self._is_flag(each.claim)
            numbers = {} if flag else self.numbers(each)
            there = flag and each.outcome != "open"
            yield {
                "unit": self.unit,
                "year": self.evaluation.year,
                "claim": claim.id,
                "form": "flag" if flag else _form(claim),
                "subject": claim.subject,
                "survey": _survey(claim),
                "duty": self._duty(claim),
                **in_columns("name", self.naming.subject(claim, inside=False)),
                **in_columns("text", claim.text),
                "claim_year": claim.year,
                "base_year": claim.base_year,
                **{name: numbers[name].cell if name in numbers else ""
                   for name in ("claimed", "monitored", "lower", "upper")},
                "claimed_word": claim.direction or (_yes(claim.value) if flag else ""),
                "monitored_word": _yes(each.monitored) if there else "",
                "rests_on": ";".join(figure.cell for figure in each.figures),
                "verdict": outcome_of(each),
                "reason": each.reason or "",
                "newest": each.newest,
                "evidence": ";".join(claim.evidence),
                "point": claim.point,
                **self.marked,
                "synthetic": self.synthetic,
            }  # fmt: skip

    def _duty(self, claim: Claim) -> str:
        """Give the duty that a claim names itself, or that of its indicator's topic."""
        rule = self.naming.workspace.rules.get("duties")
        if claim.duty or rule is None or claim.index:
            return claim.duty
        topic = BALANCE if claim.coefficient else self.naming.workspace.catalogue[claim.indicator].topic
        return duty_of(topic, "", rule)

    def _is_flag(self, claim: Claim) -> bool:
        return bool(claim.indicator) and self.naming.workspace.catalogue[claim.indicator].kind == "flag"


def _said(each: Verdict, numbers: Mapping[str, Number], *, flag: bool) -> tuple[str, dict[str, Slot]]:
    """Give the message of a claim that differs, and what it is filled with."""
    claim, now = each.claim, each.now
    if claim.direction is not None:
        moved = {"monitored_way": Word(_way(numbers["monitored"]))}
        return "claim_differs_direction", {"way": Word(claim.direction), **moved, **_some(numbers, "before", "after")}
    if flag:
        return "claim_differs_flag", {"claimed": Word(_yes(claim.value)), "monitored": Word(_yes(each.monitored))}
    apart = numbers["difference"]
    slots: dict[str, Slot] = {**_some(numbers, "claimed", "monitored"), "difference": replace(apart, absolute=True),
                              "apart": Word("above" if apart.value > 0 else "below")}  # fmt: skip
    if now is not None and now.selection != "register":
        return "claim_differs_index", {**slots, **_some(numbers, "lower", "upper", "confidence")}
    if claim.given == ("value",):
        counted = numbers["difference"].decimals == 0
        return "claim_differs_value", {**slots, "counted": Word("yes" if counted else "no")}
    for name in ("claimed", "monitored"):
        slots |= {name: replace(numbers[name], absolute=True), f"{name}_way": Word(_way(numbers[name]))}
    return f"claim_differs_{claim.given[0]}", slots


def _error(each: Verdict) -> float:
    """Give how far off a claim is beside what was monitored: of a growth the growth is the share already."""
    claim, now = each.claim, each.now
    if claim.number is None or each.monitored is None:
        if claim.direction is None or now is None or each.before is None:
            return 1.0
        return abs(now.value - each.before.value) / (abs(each.before.value) or 1.0)
    apart = abs(float(claim.number) - each.monitored)
    if claim.growth is not None:
        return apart / 100
    beside = now.value if claim.change is not None and now is not None else each.monitored
    return apart / (abs(beside) or 1.0)


def _some(numbers: Mapping[str, Number], *names: str) -> dict[str, Slot]:
    return {name: numbers[name] for name in names}


def _way(number: Number) -> str:
    shown = rounded(number.value, number.decimals)
    return "up" if shown > 0 else "down" if shown < 0 else "steady"


def _yes(value: Any) -> str:
    return "yes" if value else "no"


def _form(claim: Claim) -> str:
    return "index" if claim.index else "coefficient" if claim.coefficient else claim.given[0]


def _survey(claim: Claim) -> str:
    return f"{claim.index.survey}-{claim.year}" if claim.index else ""
