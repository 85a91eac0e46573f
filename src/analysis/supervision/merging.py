"""Merging: the paragraphs of a self-report, a duty each, from the self-evaluations of departments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from analysis.findings.duties import Duties, duties_of
from analysis.messages import Texts, Words, in_columns, pick
from analysis.supervision import others
from analysis.supervision.checks import SOUND, check, monitored_of
from analysis.supervision.responsibilities import responsibilities
from analysis.supervision.traces import duty_of_claim, form_for
from analysis.supervision.year import rule
from analysis.workspace.ledger.plans import Paragraph
from analysis.workspace.ledger.self_evaluations import APPROVED

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.ledger.monitored import Monitored
    from analysis.workspace import Workspace
    from analysis.workspace.ledger import SelfEvaluation

WORDS: Final = Words("analysis.supervision")
#: What a draft leaves out, a row: a claim or an answer (``what``) of a department, its ``reason`` and, of a claim, what
#: the check says of it. Reasons: ``not_checked`` (of a whole self-evaluation), ``no_papers`` (of an answer), of a claim
#: what the check found, as ``differs`` or ``open_no_figure``, ``objected`` by a department, or ``doubted`` by others.
LEFT: Final = ("unit", "what", "id", "duty", "reason", "text_zh", "text_en")
#: States of a self-evaluation that is far enough for a draft.
_CHECKED: Final = frozenset({"checked", "audited"}) | APPROVED


def merged(
    workspace: Workspace, *, year: int, on: dt.date, evaluator: str, synthetic: bool = False,
    monitored: Monitored | None = None,
) -> tuple[dict[str, Paragraph | None], pd.DataFrame]:  # fmt: skip
    """Merge what departments say of themselves.

    Parameters
    ----------
    workspace
        The workspace.
    year, on
        The year of the self-evaluations, and the day on which they have to be checked.
    evaluator
        Whose departments, of those of the rule set `responsibilities`.
    synthetic
        Whether this is the ledger of the demonstration.
    monitored
        The figures that claims are held to; computed here if not given.

    Returns
    -------
    tuple
        By duty the paragraph, None where there is nothing to say; and what was left out, columns :data:`LEFT`.
    """
    import pandas as pd

    merging = _Merging(workspace, year, on, evaluator, duties_of(rule(workspace, "duties")), synthetic)
    found = merging.merge(monitored)
    return found, pd.DataFrame(merging.rows, columns=list(LEFT)).astype("str")


class _Merging:
    """The merging of a draft; it keeps what is left out."""

    def __init__(
        self, workspace: Workspace, year: int, on: dt.date, above: str, duties: Duties, synthetic: bool  # noqa: FBT001
    ) -> None:  # fmt: skip
        self.workspace, self.year, self.on, self.above = workspace, year, on, above
        self.duties, self.synthetic = duties, synthetic
        self.rows: list[dict[str, str]] = []

    def merge(self, monitored: Monitored | None) -> dict[str, Paragraph | None]:
        """Give the paragraph of each duty; None where there is nothing to say."""
        far = list(self._checked())
        known = monitored or (monitored_of(self.workspace, far, synthetic=self.synthetic) if far else None)
        parts: dict[str, list[tuple[Texts, str]]] = {duty.id: [] for duty in self.duties.duties}
        for said in (self._answers(far), self._claims(far, known) if known else ()):
            for duty, text, reference in said:
                parts.get(duty, []).append((text, reference))
        return {duty: _paragraph(duty, some) if some else None for duty, some in parts.items()}

    def _checked(self) -> Iterator[SelfEvaluation]:
        ledger = self.workspace.ledger_of(synthetic=self.synthetic)
        within = others.scope(self.workspace, self.above)
        for each in responsibilities(self.workspace).departments:
            found = ledger.self_evaluations.get((each.unit, self.year))
            if each.unit not in within:
                continue
            if found is not None and found.state_on(self.on) in _CHECKED:
                yield found
            else:
                self._leave(each.unit, "evaluation", str(self.year), "", "not_checked",
                            WORDS.both("self_report", "not_checked"))  # fmt: skip

    def _leave(self, unit: str, what: str, name: str, duty: str, reason: str, text: Texts) -> None:
        self.rows.append({"unit": unit, "what": what, "id": name, "duty": duty, "reason": reason,
                          **in_columns("text", text)})  # fmt: skip

    def _answers(self, evaluations: Sequence[SelfEvaluation]) -> Iterator[tuple[str, Texts, str]]:
        for each in evaluations:
            form = form_for(self.workspace, each.unit)
            for answer in each.answers:
                duty = form.duty(answer.point) if form is not None else ""
                if duty and answer.evidence:
                    yield duty, answer.text, f"{each.unit}/{answer.point}"
                else:
                    reason = "no_papers" if duty else "no_duty"
                    self._leave(each.unit, "answer", answer.point, duty, reason, answer.text)

    def _claims(self, evaluations: Sequence[SelfEvaluation], monitored: Monitored) -> Iterator[tuple[str, Texts, str]]:
        from analysis.surveys import questionnaires

        indices = any(claim.index for each in evaluations for claim in each.claims)
        surveys = questionnaires(self.workspace) if indices else {}
        told = others.conflicts(self.workspace, year=None, evaluator=self.above, synthetic=self.synthetic, public=False,
                                restricted=True, monitored=monitored)  # fmt: skip
        doubted = set(told.loc[(told["conflict_with"] == "claim") & (told["verdict"] == "differs"), "claim"])
        for each in evaluations:
            form = form_for(self.workspace, each.unit)
            found = check(self.workspace, unit=each.unit, year=self.year, synthetic=self.synthetic, monitored=monitored)
            judged: Mapping[str, str] = dict(
                found.loc[found["aspect"] == "evidence", ["claim", "problem"]].itertuples(index=False, name=None)
            )
            for claim in each.claims:
                duty = duty_of_claim(self.workspace, self.duties, form, claim, surveys)
                outcome = judged[claim.id]
                if f"{each.unit}/{self.year}/{claim.id}" in doubted:
                    outcome = "doubted"  # it is not said by whom: the finding may be restricted
                if claim.id in {audit.claim for audit in each.audits if audit.flag == "objected"}:
                    outcome = "objected"
                if duty and outcome in SOUND:
                    yield duty, claim.text, f"{each.unit}/{claim.id}"
                else:
                    reason = outcome if outcome not in SOUND else "no_duty"
                    self._leave(each.unit, "claim", claim.id, duty, reason, claim.text)


def _paragraph(duty: str, parts: Sequence[tuple[Texts, str]]) -> Paragraph:
    text: dict[Any, str] = {"zh-Hans": "".join(of["zh-Hans"].strip() for of, _ in parts)}
    if all(of.get("en") for of, _ in parts):
        text["en"] = " ".join(pick(of, "en").strip() for of, _ in parts)
    return Paragraph(duty=duty, text=text, claims=tuple(reference for _, reference in parts))
