"""The steps of a composite, in their order: what each must say, and what must have been done before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import is_number, wrong
from analysis.stats.composite.aggregation import AGGREGATIONS
from analysis.stats.composite.normalisation import NORMALISATIONS
from analysis.stats.composite.treatment import TREATMENTS

ORDER = ("screen", "impute", "treat", "normalise", "weight", "aggregate")
#: Steps that may be left out; the others are decisions that somebody must make.
MAY_BE_LEFT_OUT = ("treat",)
IMPUTATIONS = ("none", "mean", "median", "carried")
WEIGHTINGS = ("equal", "equal_indicators", "expert", "pca", "first_component")
METHODS: Mapping[str, tuple[str, ...]] = {
    "impute": IMPUTATIONS,
    "treat": ("none", *TREATMENTS),
    "normalise": NORMALISATIONS,
    "weight": WEIGHTINGS,
    "aggregate": AGGREGATIONS,
}
#: Options that are numbers; those that may be left open are None.
NUMBERS: Mapping[str, tuple[str, ...]] = {
    "impute": ("most_years",),
    "treat": ("most", "skew", "kurt"),
    "normalise": ("lower", "upper", "centre", "spread"),
    "aggregate": ("least",),
}
#: Options of each step that a choice may name, with what holds if it does not.
OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "impute": {"method": "none", "within": False, "most_years": None},
    "treat": {"method": "none", "most": 5, "skew": 2.0, "kurt": 3.5, "only": None},
    "normalise": {"method": "minmax", "lower": 0.0, "upper": 100.0, "centre": 50.0, "spread": 10.0,
                  "goalposts": None, "targets": None, "cap": True},
    "weight": {"method": "equal", "weights": None},
    "aggregate": {"method": "arithmetic", "least": 1.0},
}  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A step that was done, and how."""

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> Any:
        """The method, where the step has one."""
        return self.options.get("method", "")


def step_of(name: str, given: str | Sequence[str] | Mapping[str, Any]) -> Step:
    """Make a step of a method's name or of its options, and hold them to those there are.

    Examples
    --------
    >>> step_of("aggregate", "geometric").options
    {'method': 'geometric', 'least': 1.0}
    """
    known = OPTIONS[name]
    options: dict[str, Any] = dict(given) if isinstance(given, Mapping) else {"method": given}
    faults = [wrong(f"{name}({option}=…)", ", ".join(known), "see docs/composites.md") for option in options
              if option not in known]  # fmt: skip
    if faults:
        raise DuzhengError.of(faults)
    options = {**known, **options}
    methods = options["method"]
    # Of aggregation there may be one for each level.
    several = name == "aggregate" and isinstance(methods, Sequence) and not isinstance(methods, str) and methods
    faults += [wrong(f"{name}: method={method!r}", " or ".join(METHODS[name]), "choose one of them")
               for method in (tuple(methods) if several else (methods,)) if method not in METHODS[name]]  # fmt: skip
    faults += [wrong(f"{name}: {option}={options[option]!r}", "a number", f"{known[option]!r} if it is not given")
               for option in NUMBERS.get(name, ())
               if not is_number(options[option]) and (options[option], known[option]) != (None, None)]  # fmt: skip
    faults += [wrong(f"{name}: {option}={options[option]!r}", "figures by indicator", f"say {option}={{code: …}}")
               for option in ("goalposts", "targets")
               if options.get(option) is not None and not isinstance(options[option], Mapping)]  # fmt: skip
    if name == "weight":
        faults += _no_weights(options["weights"])
    if faults:
        raise DuzhengError.of(faults)
    if isinstance(options.get("only"), str):
        options["only"] = (options["only"],)
    faults = list(_wrong_options(name, options))
    if faults:
        raise DuzhengError.of(faults)
    return Step(name, options)


def _no_weights(given: Any) -> list[Fault]:
    """Say which weights are none."""
    if given is None:
        return []
    if not isinstance(given, Mapping):
        return [wrong(f"weights={given!r}", "numbers by indicator or group", "say weight('expert', {…: 2, …: 1})")]
    return [wrong(f"weight {value!r} of {node!r}", "a number, 0 or more", "weights are beside each other")
            for node, value in given.items() if not is_number(value)]  # fmt: skip


def _wrong_options(name: str, of: Mapping[str, Any]) -> list[Fault]:
    found = []
    if name == "normalise" and not of["lower"] < of["upper"]:
        found.append(wrong(f"lower={of['lower']}, upper={of['upper']}", "lower below upper", ""))
    if name == "normalise" and not of["spread"] > 0:
        found.append(wrong(f"spread={of['spread']}", "above 0", "10 is usual"))
    if name == "aggregate" and not 0 < of["least"] <= 1:
        found.append(wrong(f"least={of['least']}", "above 0, up to 1", "the share of weights that must be there"))
    if name == "treat" and (of["most"] < 1 or of["skew"] <= 0):
        found.append(wrong(f"most={of['most']}, skew={of['skew']}", "1 or more, above 0", "5 and 2.0 are usual"))
    if name == "weight" and (of["method"] == "expert") != (of["weights"] is not None):
        found.append(wrong(f"method={of['method']!r}, weights={of['weights']!r}", "weights with expert, and only there",
                           "say weight('expert', weights={…})"))  # fmt: skip
    if name == "impute" and of["most_years"] is not None and of["most_years"] < 1:
        found.append(wrong(f"most_years={of['most_years']}", "1 or more", "leave it out for any number of years"))
    return found


def hold_turn(name: str, done: Sequence[Step]) -> None:
    """Hold a step to its turn.

    Raises
    ------
    DuzhengError
        DZ-S002, naming the step that is missing before it, or that it was done.

    Examples
    --------
    >>> hold_turn("impute", [Step("screen")])
    """
    names = [step.name for step in done]
    at = ORDER.index(name)
    missing = [each for each in ORDER[:at] if each not in names and each not in MAY_BE_LEFT_OUT]
    if missing:
        raise DuzhengError.of(
            wrong(f"{name} before {each}", f"{each} first: {', '.join(ORDER)}", f"call .{each}(…)") for each in missing
        )
    late = [each for each in names if ORDER.index(each) >= at]
    if late:
        raise DuzhengError(
            wrong(f"{name} after {late[0]}", "each step once, in its turn",
                  "go on from the object before that step: steps give new objects")
        )  # fmt: skip


def hold_done(name: str, what: str, done: Sequence[Step]) -> None:
    """Hold a request to the steps it needs, up to one of them."""
    names = [step.name for step in done]
    missing = [each for each in ORDER[: ORDER.index(name) + 1] if each not in names and each not in MAY_BE_LEFT_OUT]
    if missing:
        raise DuzhengError.of(
            wrong(f"{what} before {each}", f"{each} first: {', '.join(ORDER)}", f"call .{each}(…)") for each in missing
        )
