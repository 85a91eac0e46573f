"""What the likeness of units is measured by: the rule set `peers`, or what is asked for in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from analysis.indicators.asked import unknown_codes
from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import is_number, wrong
from analysis.workspace.rules import Entry

if TYPE_CHECKING:
    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet

Method = Literal["standardised_euclidean", "mahalanobis"]
Scale = Literal["level", "log"]
METHODS: tuple[Method, ...] = ("standardised_euclidean", "mahalanobis")
SCALES: tuple[Scale, ...] = ("level", "log")
ID = "peers"


class Variable(Entry):
    """A variable of context."""

    indicator: str
    scale: Scale = "level"  #: ``log`` where sizes differ many times over
    weight: Annotated[float, Field(gt=0)] = 1.0


class PeersRule(Entry):
    """How units that are like each other are found."""

    neighbours: Annotated[int, Field(ge=1)] = 5
    method: Method = "standardised_euclidean"
    context: tuple[Variable, ...] = Field(min_length=1)


#: Variables of context, as they are asked for: one code, codes, or codes with their scale.
Context = str | Sequence[str] | Mapping[str, Scale]


def rule_of(
    workspace: Workspace, context: Context | None, k: int | None, method: Method | None,
    weights: Mapping[str, float] | None,
) -> tuple[PeersRule, RuleSet | None]:  # fmt: skip
    """Give what was asked for, and what the rule set says where nothing was; the rule set where its context holds.

    Raises
    ------
    DuzhengError
        DZ-S002 for wrong choices and where neither context nor rule set is there; DZ-I001 for unknown codes.
    """
    rule = workspace.rules.get(ID)
    faults: list[Fault] = []
    if context is None and rule is None:
        raise DuzhengError(
            wrong("no context", f"variables of context, or a rule set data/rules/{ID}.yaml", "say context=[…]")
        )
    given = rule.read(PeersRule) if rule else None
    if context is None and given is not None:
        variables = given.context
    else:
        named = [context] if isinstance(context, str) else context or ()
        scales: Mapping[str, Any] = named if isinstance(named, Mapping) else dict.fromkeys(named, "level")
        if not scales:
            faults.append(wrong("an empty context", "one variable or more", "say context=[…]"))
        faults += [wrong(f"scale {scale!r} of {code}", " or ".join(SCALES), "choose one of them")
                   for code, scale in scales.items() if scale not in SCALES]  # fmt: skip
        variables = tuple(Variable.model_construct(indicator=code, scale=scale) for code, scale in scales.items())
    faults += unknown_codes(workspace, [each.indicator for each in variables])
    codes = {each.indicator for each in variables}
    if weights is not None and not isinstance(weights, Mapping):
        faults.append(wrong(f"weights={weights!r}", "numbers by variable", "say weights={code: 2, …}"))
    elif weights is not None:
        strange = {code for code, value in weights.items()
                   if not (is_number(value) and value > 0)}  # fmt: skip
        faults += [wrong(f"a weight of {code!r}", f"of {', '.join(sorted(codes))}", "weights are of variables")
                   for code in weights if code not in codes]  # fmt: skip
        faults += [wrong(f"weight {value!r} of {code}", "a number above 0", "leave the variable out instead of 0")
                   for code, value in weights.items() if code in strange]  # fmt: skip
        variables = tuple(
            each.model_copy(update={"weight": float(weights.get(each.indicator, 1.0))}) for each in variables
            if each.indicator not in strange
        )  # fmt: skip
    how = method or (given.method if given else "standardised_euclidean")
    if how not in METHODS:
        faults.append(wrong(f"method={how!r}", " or ".join(METHODS), "choose one of them"))
    if how == "mahalanobis" and len({each.weight for each in variables}) > 1:
        faults.append(wrong("weights with mahalanobis", "no weights", "the covariances weigh the variables"))
    many = k if k is not None else (given.neighbours if given else 5)
    if isinstance(many, bool) or not isinstance(many, int) or many < 1:
        faults.append(wrong(f"k={many!r}", "a whole number from 1", "5 is usual"))
    if faults:
        raise DuzhengError(*faults)
    return PeersRule(neighbours=many, method=how, context=variables), rule if context is None else None
