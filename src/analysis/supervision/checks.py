"""Checks of a self-evaluation: whether it is complete, agrees with itself, and agrees with what was monitored."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.coefficients import coefficients, name_of
from analysis.findings.ledger.monitored import Figure, Monitored
from analysis.findings.ledger.naming import Naming
from analysis.findings.ledger.report import Report, outcome_of
from analysis.findings.ledger.verdicts import Verdict, beyond_chance, verdict
from analysis.messages import Texts, Words, in_columns, write_number
from analysis.supervision.consistency import contradictions
from analysis.supervision.evaluations import evaluation_of, file_of
from analysis.supervision.points import Form, coefficients_asked, figures_asked, form_of
from analysis.supervision.reading.reader import check_texts
from analysis.supervision.terms import held_to_targets
from analysis.supervision.year import office_year
from analysis.workspace.yaml_files import line_of, read_yaml

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Workspace
    from analysis.workspace.ledger import Claim, SelfEvaluation

WORDS: Final = Words("analysis.supervision")
#: What a check found, a row each. ``aspect`` is complete, consistent, targets or evidence; ``problem`` says what is
#: wrong, or one of :data:`SOUND` where nothing is; ``blocks`` whether the rule set `office_year` has it returned for
#: that. ``claimed``, ``monitored`` and ``difference`` are numbers as shown.
FOUND: Final = (
    "unit", "aspect", "problem", "blocks", "point", "claim", "text_zh", "text_en", "claimed", "monitored",
    "difference", "file", "line",
)  # fmt: skip
#: What a row may say without anything being wrong.
SOUND: Final = frozenset({"agrees", "within", "target_reached", "target_under_way", "target_missed"})


def check(
    workspace: Workspace, *, unit: str, year: int, synthetic: bool = False, monitored: Monitored | None = None,
    evaluation: SelfEvaluation | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Check the self-evaluation of a unit.

    Parameters
    ----------
    workspace
        The workspace.
    unit, year
        Whose, and of which year.
    synthetic
        Whether this is the ledger of the demonstration.
    monitored
        The figures that claims are held to; computed here if not given.
    evaluation
        As it stood on another day; as it stands in the ledger, if not given.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`FOUND`: first what is missing, then what does not fit together, then target by target, then claim
        by claim.

    Raises
    ------
    DuzhengError
        DZ-O003 if there is no such self-evaluation.

    Notes
    -----
    A claim is judged as in memos (:func:`analysis.findings.ledger.verdicts.verdict`). A target is held to what is
    claimed and to what was monitored; that it is missed is no fault of the self-evaluation, that it is said to be
    reached and is not, is one. Two claims of one figure
    contradict each other if they are further apart than their roundings together allow.
    """
    import pandas as pd

    evaluation = evaluation or evaluation_of(workspace, unit, year, synthetic=synthetic)
    found = _Check(workspace, evaluation, monitored or monitored_of(workspace, [evaluation], synthetic=synthetic),
                   synthetic)  # fmt: skip
    rows = list(found.rows())
    frame = pd.DataFrame(rows, columns=list(FOUND))
    frame["line"] = frame["line"].astype("Int64")
    returned_for = office_year(workspace).self_evaluation.returned_for.problems
    return frame.assign(blocks=frame["problem"].isin(returned_for))


def monitored_of(workspace: Workspace, evaluations: Sequence[SelfEvaluation], *, synthetic: bool) -> Monitored:
    """Give the figures that claims are held to; answers of surveys only where a claim is about one."""
    from analysis.findings.figures.facts import levels_of

    settings = workspace.settings
    levels = levels_of(workspace, settings.year, settings.boundaries)
    estimates = None
    if any(claim.index for each in evaluations for claim in each.claims):
        from analysis.findings.answers.gather import gather

        asked = gather(workspace, year=settings.year, boundaries=settings.boundaries, synthetic=synthetic)
        estimates = asked.tables.get("estimates")
    between = coefficients(workspace, until=settings.year, synthetic=synthetic)
    return Monitored(workspace, levels, estimates, settings.boundaries, between)


@dataclass(frozen=True)
class _Check:
    """The check of one self-evaluation."""

    workspace: Workspace
    evaluation: SelfEvaluation
    monitored: Monitored
    synthetic: bool

    @cached_property
    def form(self) -> Form:
        return form_of(self.workspace, self.evaluation.unit)

    @cached_property
    def naming(self) -> Naming:
        return Naming(self.workspace)

    @cached_property
    def file(self) -> str:
        return file_of(self.evaluation.unit, self.evaluation.year, synthetic=self.synthetic)

    @cached_property
    def node(self) -> Any:
        return read_yaml(self.workspace.root / self.file, self.file)

    def rows(self) -> Iterator[dict[str, Any]]:
        yield from self._complete()
        yield from self._consistent()
        yield from self._targets()
        verdicts = tuple(beyond_chance(self._verdict(claim) for claim in self.evaluation.claims))
        report = Report(self.evaluation, self.evaluation.unit, verdicts, self.naming, self.synthetic)
        for at, each in enumerate(verdicts):
            yield self._judged(at, each, report)
        yield from self._in_prose({each.claim.id for each in verdicts if each.outcome == "differs"})

    def _verdict(self, claim: Claim) -> Verdict:
        whose, held_by = self._held(claim)
        same = self.workspace.units.holders(held_by, self.evaluation.year) == [whose]
        return verdict(claim, held_by, self.monitored, same_territory=same)

    def _held(self, claim: Claim) -> tuple[str, str]:
        """Give the unit that a claim is of, and the one that holds its territory now; itself where several do."""
        return self._of_unit(claim.of)

    def _of_unit(self, of: str = "") -> tuple[str, str]:
        whose = of or self.evaluation.unit
        holders = self.workspace.units.holders(whose, self.monitored.boundaries)
        return whose, holders[0] if len(holders) == 1 else whose

    def _published(self, claim: Claim) -> bool:
        """Tell whether a growth is held to one that was published on one scope, which levels need not show."""
        if claim.growth is None or claim.base_year != claim.year - 1:
            return False
        return isinstance(self.monitored.published_growth(claim.indicator, self._held(claim)[1], claim.year), Figure)

    def _row(self, aspect: str, problem: str, where: tuple[int | str, ...], **more: Any) -> dict[str, Any]:
        slots = more.pop("slots", {})
        return {"unit": self.evaluation.unit, "aspect": aspect, "problem": problem, "point": "", "claim": "",
                "claimed": "", "monitored": "", "difference": "", "file": self.file, "line": line_of(self.node, where),
                **in_columns("text", WORDS.both("checks", problem, **slots)), **more}  # fmt: skip

    def _in_prose(self, known: Collection[str]) -> Iterator[dict[str, Any]]:
        """Find what the unit's own words say of figures and what differs from the monitored ones.

        The words of a claim whose number differs are left out: that is said of the number.
        """
        parts: Sequence[tuple[tuple[int | str, ...], str, str, str]] = [
            (("answers", at), each.point, "", each.text["zh-Hans"]) for at, each in enumerate(self.evaluation.answers)
        ] + [
            (("claims", at), each.point, each.id, each.text["zh-Hans"])
            for at, each in enumerate(self.evaluation.claims) if each.id not in known
        ]  # fmt: skip
        whose = self.form.figures_of == "evaluator"
        owner = (self.workspace.units.parent(self.evaluation.unit) or "") if whose else self.evaluation.unit
        for at, each, words in check_texts(self.workspace, [text for *_, text in parts], owner, self.evaluation.year,
                                           self.monitored):  # fmt: skip
            if each.outcome == "differs":
                where, point, claim, _ = parts[at]
                yield self._row("evidence", "differs_in_text", where, point=point, claim=claim,
                                slots={"said": each.statement.text, "words": words})  # fmt: skip

    def _complete(self) -> Iterator[dict[str, Any]]:
        """Find points without an answer, figures that must be claimed, and what no paper proves."""
        answered = {each.point: at for at, each in enumerate(self.evaluation.answers)}
        asked = figures_asked(self.workspace, self.form, unit=self.evaluation.unit, year=self.evaluation.year,
                              synthetic=self.synthetic)  # fmt: skip
        whose = self.form.figures_of == "evaluator"
        owner = (self.workspace.units.parent(self.evaluation.unit) or "") if whose else self.evaluation.unit
        claimed = {claim.indicator: claim.year for claim in sorted(self.evaluation.claims, key=lambda each: each.year)
                   if claim.value is not None and (claim.of or self.evaluation.unit) == owner}  # fmt: skip
        for point in self.form.points:
            if point.id not in answered:
                yield self._row("complete", "missing_answer", ("answers",), point=point.id, slots={"asked": point.text})
            for code in (code for at, code in asked if at == point.id):
                if code not in claimed:
                    name = self.workspace.catalogue[code].name
                    yield self._row("complete", "missing_figure", ("claims",), point=point.id,
                                    slots={"name": name})  # fmt: skip
                    continue
                course = self.monitored.course(code, owner)
                if course and claimed[code] < course[-1].year:
                    name = self.workspace.catalogue[code].name
                    yield self._row("complete", "old_figure", ("claims",), point=point.id,
                                    slots={"name": name, "year": claimed[code], "newest": course[-1].year})  # fmt: skip
        yield from self._coefficients_missing()
        for at, each in enumerate(self.evaluation.answers):
            if not each.evidence:
                yield self._row("complete", "no_evidence_answer", ("answers", at), point=each.point)
        for at, claim in enumerate(self.evaluation.claims):
            if not claim.evidence:
                yield self._row("complete", "no_evidence", ("claims", at), claim=claim.id, point=claim.point,
                                slots={"said": claim.text})  # fmt: skip

    def _coefficients_missing(self) -> Iterator[dict[str, Any]]:
        """Find coefficients of the yearly monitoring that are known and not given, or given of an earlier year only."""
        claimed = {claim.coefficient.code: claim.year for claim in self.evaluation.claims if claim.coefficient}
        _, held_by = self._of_unit()
        for point, some in coefficients_asked(self.workspace, self.form).items():
            for each in some:
                newest = self.monitored.newest_coefficient(each.code, held_by)
                if newest is None:
                    continue
                name = name_of(self.workspace, each)
                if each.code not in claimed:
                    yield self._row("complete", "missing_figure", ("claims",), point=point, slots={"name": name})
                elif claimed[each.code] < newest:
                    yield self._row("complete", "old_figure", ("claims",), point=point,
                                    slots={"name": name, "year": claimed[each.code], "newest": newest})  # fmt: skip

    def _targets(self) -> Iterator[dict[str, Any]]:
        """Hold what is claimed and what was monitored to the targets of the term."""
        for each in held_to_targets(self.workspace, self.evaluation, self.form, self.monitored,
                                    synthetic=self.synthetic):  # fmt: skip
            state = each.monitored or each.claimed
            if state is None:
                continue  # that nothing is claimed is said above
            problem = "target_false" if each.false else f"target_{state}"
            indicator = self.workspace.catalogue[each.target.indicator]
            value = each.figure.value if each.figure else float(each.claim.value or 0) if each.claim else 0.0
            shown = {"monitored": write_number(value, indicator.decimals)} if each.figure else {}
            if each.claim is not None and each.claim.value is not None:
                shown["claimed"] = write_number(float(each.claim.value), each.claim.decimals)
            slots = {"name": indicator.name, "by": each.target.by, "measure": indicator.measure,
                     "wanted": WORDS.both("checks", each.target.direction, value=f"{each.target.value:,g}"),
                     "now": write_number(value, indicator.decimals)}  # fmt: skip
            where = ("claims", self.evaluation.claims.index(each.claim)) if each.claim else ("claims",)
            yield self._row("targets", problem, where, point=each.point, claim=each.claim.id if each.claim else "",
                            slots=slots, **shown)  # fmt: skip

    def _consistent(self) -> Iterator[dict[str, Any]]:
        """Find claims that contradict each other."""
        for at, said, other in contradictions(self.workspace, self.evaluation.claims, published=self._published):
            claim = self.evaluation.claims[at]
            yield self._row("consistent", "contradicts", ("claims", at), claim=claim.id, point=claim.point,
                            slots={"one": said, "other": other})  # fmt: skip

    def _judged(self, at: int, each: Verdict, report: Report) -> dict[str, Any]:
        claim, numbers = each.claim, report.numbers(each)
        shown = {name: write_number(numbers[name].value, numbers[name].decimals, signed=name == "difference")
                 for name in ("claimed", "monitored", "difference") if name in numbers}  # fmt: skip
        outcome = outcome_of(each)
        problem = outcome if outcome != "open" else f"open_{each.reason}"
        none: Texts = {"zh-Hans": "", "en": ""}
        measure = (numbers["monitored"].measure if "monitored" in numbers else None) or none
        apart = (numbers["difference"].measure if "difference" in numbers else None) or none
        slots = {"said": claim.text, "monitored": shown.get("monitored", ""), "measure": measure, "year": claim.year,
                 "apart": apart,
                 "difference": shown.get("difference", ""), "newest": each.newest or ""}  # fmt: skip
        return self._row("evidence", problem, ("claims", at), claim=claim.id, point=claim.point, slots=slots,
                         **shown)  # fmt: skip


def blocking(found: pd.DataFrame) -> pd.DataFrame:
    """Give the rows that keep a self-evaluation from being accepted."""
    return found[found["blocks"].astype(bool)]
