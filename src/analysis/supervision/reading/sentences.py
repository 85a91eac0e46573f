"""Sentences: what came of a statement, in both languages, with both numbers, their difference and the source."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from analysis.messages import LANGUAGES, Language, Texts, listed, pick, rounded, write_number
from analysis.supervision.reading.words import both, said

if TYPE_CHECKING:
    from analysis.supervision.reading.reader import Judged
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Claim


@dataclass(frozen=True, eq=False)
class Sentences:
    """What puts verdicts into words.

    Parameters
    ----------
    workspace
        The workspace.
    unit
        The unit that reports.
    """

    workspace: Workspace
    unit: str

    def said_of(self, each: Judged) -> Texts:
        """Say what came of a statement."""
        return {language: self._sentence(each, language) for language in LANGUAGES}

    def numbers(self, each: Judged) -> dict[str, float]:
        """Give what was monitored, and the claimed less that, as they are shown; nothing where the statement is open.

        Of a comparison with the whole: the unit's own figure, and that less the whole's.
        """
        found = each.verdict
        if found is None or found.outcome == "open" or found.monitored is None:
            return {}
        places = self._places(found.claim)
        if each.whole is not None and found.now is not None:
            now, whole = rounded(found.now.value, places), rounded(each.whole.value, places)
            return {"monitored": float(now), "difference": float(now - whole)}
        monitored = rounded(found.monitored, places)
        if found.claim.number is None:
            return {"monitored": float(monitored)}
        return {
            "monitored": float(monitored),
            "difference": float(rounded(float(found.claim.number), places) - monitored),
        }

    def measure(self, each: Judged) -> str:
        """Give the measure of the claimed number in Chinese."""
        claim = each.statement.claim
        return self._measure(claim, "zh-Hans") if claim is not None else ""

    def comment(self, each: Judged, language: Language, *, synthetic: bool = False) -> str:
        """Give the sentence with where its figures are from, line by line."""
        lines = [self.said_of(each)[language]]
        if each.figures:
            sources = [self._source(source, language) for source in dict.fromkeys(
                source for figure in each.figures for source in figure.sources.split(";") if source)]  # fmt: skip
            cells = listed((figure.cell for figure in each.figures), language)
            lines.append(said("source", language, sources=listed(dict.fromkeys(sources), language), cells=cells))
        return "\n".join([*lines, *([said("synthetic", language)] if synthetic else [])])

    def _sentence(self, each: Judged, language: Language) -> str:
        statement, found = each.statement, each.verdict
        if found is None:
            return said("unread", language, reason=said(f"reason.{statement.reason}", language))
        claim = found.claim
        name = pick(self.workspace.catalogue[claim.indicator].name, language)
        unit = self.workspace.units.name(statement.unit or self.unit, language)
        key = "subject.base" if claim.base_year else "subject"
        subject = said(key, language, year=claim.year, base=claim.base_year, unit=unit, indicator=name)
        slots: dict[str, Any] = {"subject": subject, "claimed": self._claimed(each, language)}
        if found.outcome == "open":
            reason = "within_error" if found.reason == "unclear" else found.reason
            return said("open", language, reason=said(f"reason.{reason}", language), **slots)
        slots["monitored"] = self._monitored(each, language)
        numbers = self.numbers(each)
        if found.outcome == "differs" and "difference" in numbers and not each.whole:
            points = claim.growth is not None or self._measure(claim, "zh-Hans") == "%"
            apart = abs(numbers["difference"])
            return said("differs", language, difference=self._number(apart, claim, language, points=points), **slots)
        return said("differs.direction" if found.outcome == "differs" else "agrees", language, **slots)

    def _claimed(self, each: Judged, language: Language) -> str:
        statement, claim = each.statement, each.statement.claim
        assert claim is not None  # noqa: S101  what has a verdict was read
        if statement.whole:
            whole = self.workspace.units.name(statement.whole, language, short=True)
            if claim.number is None:
                return said(statement.relation, language, whole=whole)
            number = self._number(claim.number, claim, language)
            return said(f"{statement.relation}.by", language, whole=whole, n=number)
        if claim.direction is not None:
            return said(f"direction.{claim.direction}", language)
        assert claim.number is not None  # noqa: S101
        upper = "" if statement.upper is None else self._number(statement.upper, claim, language)
        if claim.value is not None:
            number = self._number(claim.number, claim, language)
            return said(f"value.{statement.relation}", language, n=number, upper=upper)
        return self._moved(float(claim.number), claim, language, statement.relation, upper)

    def _monitored(self, each: Judged, language: Language) -> str:
        found = each.verdict
        assert found is not None  # only what was read is monitored  # noqa: S101
        claim = found.claim
        if each.whole is not None and found.now is not None:
            whole = self.workspace.units.name(each.statement.whole, language, short=True)
            now, then = (self._level(figure.value, claim, language) for figure in (found.now, each.whole))
            return said("monitored.whole", language, now=now, whole=whole, then=then)
        if claim.direction is not None and found.now is not None and found.before is not None:
            now, before = (self._level(figure.value, claim, language) for figure in (found.now, found.before))
            return said("monitored.pair", language, base=claim.base_year, before=before, year=claim.year, now=now)
        value = found.monitored or 0.0
        if claim.value is not None:
            return self._number(value, claim, language)
        return self._moved(value, claim, language, "equals", "")

    def _moved(self, value: float, claim: Claim, language: Language, relation: str, upper: str) -> str:
        way = said("down" if value < 0 else "up", language)
        number, signed = self._number(abs(value), claim, language), self._number(value, claim, language)
        return said(f"change.{relation}", language, way=way, n=number, signed=signed, upper=upper)

    def _number(self, value: float | Decimal, claim: Claim, language: Language, *, points: bool = False) -> str:
        places = self._places(claim)
        measure = pick(both("points"), language) if points else self._measure(claim, language)
        return self._written(write_number(float(value), places), measure, language)

    def _level(self, value: float, claim: Claim, language: Language) -> str:
        indicator = self.workspace.catalogue[claim.indicator]
        return self._written(write_number(value, indicator.decimals), pick(indicator.measure, language), language)

    def _written(self, number: str, measure: str, language: Language) -> str:
        return (number + measure) if measure in {"", "%"} else said("number", language, number=number, measure=measure)

    def _measure(self, claim: Claim, language: Language) -> str:
        if claim.growth is not None:
            return "%"
        measure = pick(self.workspace.catalogue[claim.indicator].measure, language)
        return said("points", language) if measure == "%" and claim.change is not None else measure

    def _places(self, claim: Claim) -> int:
        if claim.growth is not None:
            return max(1, claim.decimals)
        return max(self.workspace.catalogue[claim.indicator].decimals, claim.decimals)

    def _source(self, source: str, language: Language) -> str:
        row = self.workspace.sources.loc[source]
        ending = "zh" if language == "zh-Hans" else "en"
        parts = [row[f"{name}_{ending}"] for name in ("work", "part")]
        return ("" if language == "zh-Hans" else ", ").join(each for each in parts if isinstance(each, str))
