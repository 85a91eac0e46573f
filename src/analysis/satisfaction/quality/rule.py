"""The rule of doubt: from where on something is a sign, and when signs make an answer doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.messages.requests import wrong

if TYPE_CHECKING:
    from analysis.messages import Fault
    from analysis.workspace.rules import RuleSet

Sign = Literal["speeder", "straight", "long", "erratic", "inconsistent", "duplicate", "mobilised"]
Chance = Annotated[float, Field(gt=0, lt=1)]


class ResponseQuality(BaseModel):
    """Bounds of the signs, and the rule that makes answers doubtful.

    Parameters
    ----------
    fraction
        A section is fast below this fraction of its median time.
    alpha
        Of Mahalanobis' distance.
    run
        The share of all ratings that one point in a row must have to be a long string.
    chance
        Up to which a twin in the same place is not laid to coincidence.
    minutes, least, mobilised_alpha
        Of places that were told what to tick: width of the window, fewest answers of a place, and level of both tests.
    signs
        Kinds of signs that make an answer doubtful.
    alone
        Signs of which one is enough.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fraction: Chance = 0.5
    alpha: Chance = 0.001
    run: Annotated[float, Field(gt=0, le=1)] = 0.5
    chance: Chance = 1e-4
    minutes: Annotated[float, Field(gt=0)] = 15
    least: Annotated[int, Field(ge=1)] = 10
    mobilised_alpha: Chance = 0.05
    signs: Annotated[int, Field(ge=1)] = 2
    alone: tuple[Sign, ...] = ("duplicate", "mobilised")


#: The bounds where no workspace says others.
USUAL = ResponseQuality()


def bounds_of(rule: RuleSet | None, **said: Any) -> tuple[ResponseQuality, list[Fault]]:
    """Read the bounds of a rule set, and put what was said in their place.

    Returns
    -------
    bounds, faults
        DZ-S002 for everything that was said and is wrong; then the bounds are those of the rule.

    Examples
    --------
    >>> bounds_of(None, signs=1, run=None)[0].signs
    1
    >>> [fault.found for fault in bounds_of(None, signs=0)[1]]
    ['signs=0']
    """
    found = USUAL if rule is None else rule.read(ResponseQuality)
    given = {name: value for name, value in said.items() if value is not None}
    try:
        return ResponseQuality.model_validate({**found.model_dump(), **given}), []
    except ValidationError as error:
        return found, [_fault(each, given) for each in error.errors()]


def _fault(error: Any, given: dict[str, Any]) -> Fault:
    name = str(error["loc"][0])
    value = error["input"] if len(error["loc"]) > 1 else given.get(name)
    expected = str(error["msg"]).removeprefix("Input should be ")
    return wrong(f"{name}={value!r}"[:80], expected, "see data/rules/response_quality.yaml", name)
