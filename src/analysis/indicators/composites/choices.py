"""Choices: the ways a composite could have been built as well, which are the whole model of its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.indicators.asked import Asked
from analysis.indicators.composites.construction import Built, Inputs, aggregated, construct, shaken, weights_of
from analysis.indicators.composites.framework import WHOLE, Framework
from analysis.indicators.composites.history import name_of, option_name
from analysis.indicators.composites.steps import ORDER, Step, step_of
from analysis.indicators.words import said
from analysis.messages import DuzhengError, Language, write_number
from analysis.messages.requests import hold_level, is_number, is_whole, wrong

if TYPE_CHECKING:
    from analysis.indicators.composites.composite import Composite
    from analysis.stats.arrays import Floats

#: What may be a choice beside the steps: leaving out an indicator, and noise of weights.
OMIT, NOISE = "omit", "noise"
_CHOICES = (*ORDER[1:], OMIT, NOISE)


@dataclass(frozen=True, eq=False)
class Choices:
    """Declared choices of a composite.

    Parameters
    ----------
    composite
        Aggregated; what is no choice stays as it was done there.
    options
        By choice: steps, or indicators left out (None: none).
    noise
        Weights are multiplied by numbers between 1 − noise and 1 + noise, each as likely; 0 for none.
    """

    composite: Composite
    options: Mapping[str, tuple[Any, ...]]
    noise: float = 0.0
    _cache: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """The choices, noise last."""
        return (*self.options, *([NOISE] if self.noise else []))

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many options each choice has, but for noise."""
        return tuple(len(of) for of in self.options.values())

    @property
    def combinations(self) -> int:
        """How many combinations of options there are, but for noise."""
        return int(np.prod(self.sizes, dtype=float)) if self.sizes else 1

    @cached_property
    def noisy(self) -> tuple[str, ...]:
        """The nodes whose weights have noise: those with siblings."""
        return tuple(part for parts in self.composite.framework.parts.values() if len(parts) > 1 for part in parts)

    def every(self) -> list[tuple[int, ...]]:
        """List all combinations, as numbers of options."""
        return list(product(*(range(size) for size in self.sizes)))

    def drawn(self, uniform: Floats) -> tuple[tuple[int, ...], Floats]:
        """Give the combination and the factors of weights that uniform numbers stand for."""
        picked = tuple(min(int(u * size), size - 1) for u, size in zip(uniform, self.sizes, strict=False))
        return picked, 1 + self.noise * (2 * uniform[len(self.sizes) :] - 1)

    def run(self, picked: Sequence[int], factors: Floats | None = None) -> Floats:
        """Give the scores of a combination."""
        built, steps = self._weighted(tuple(picked))
        if factors is not None and self.noise:
            noise = dict(zip(self.noisy, factors.tolist(), strict=True))
            built = replace(built, weights=shaken(built.weights, built.framework, noise))
        try:
            return aggregated(built, steps["aggregate"].options)[WHOLE]
        except DuzhengError as error:
            raise self._placed(error, picked) from error

    def _weighted(self, picked: tuple[int, ...]) -> tuple[Built, Mapping[str, Step]]:
        given = {name: of[at] for (name, of), at in zip(self.options.items(), picked, strict=True)}
        steps = {step.name: step for step in self.composite.steps} | {
            name: step for name, step in given.items() if name != OMIT
        }
        # The steps up to the weights are the same for many combinations.
        key = tuple(at for (name, _), at in zip(self.options.items(), picked, strict=True) if name != "aggregate")
        if key not in self._cache:
            figures, framework = without(self.composite, given.get(OMIT))
            try:
                normal = tuple(at for (name, _), at in zip(self.options.items(), picked, strict=True)
                               if name not in {"aggregate", "weight"})  # fmt: skip
                if ("normal", normal) not in self._cache:
                    order = [
                        steps[name] for name in ORDER if name in steps and ORDER.index(name) <= ORDER.index("normalise")
                    ]
                    self._cache["normal", normal] = construct(figures, framework, order)
                built: Built = self._cache["normal", normal]
                weights, explained = weights_of(built.normalised, framework, _left(steps["weight"], framework))
            except DuzhengError as error:
                raise self._placed(error, picked) from error
            self._cache[key] = replace(built, weights=weights, explained=explained)
        return self._cache[key], steps

    def _placed(self, error: DuzhengError, picked: Sequence[int]) -> DuzhengError:
        """Name the combination that cannot be computed."""
        told = "; ".join(self.option(name, at, "en") for name, at in zip(self.options, picked, strict=True))
        return DuzhengError.of(replace(fault, found=f"{fault.found} ({told})") for fault in error.faults)

    def option(self, name: str, at: int, language: Language) -> str:
        """Say what an option is called."""
        of = self.options[name][at]
        if name != OMIT:
            return option_name(of, language)
        if of is None:
            return said("composite", "omit.none", language)
        return said("composite", "omit.one", language, name=name_of(self.composite, of, "indicator", language))

    def said(self, language: Language) -> list[str]:
        """Say every choice and its options, a line each."""
        colon, stop = ("：", "／") if language == "zh-Hans" else (": ", " / ")
        lines = [
            said("composite", f"choice.{name}", language) + colon
            + (said("composite", "omit.each", language, n=len(of) - 1) if name == OMIT and len(of) > 3  # noqa: PLR2004
               else stop.join(self.option(name, at, language) for at in range(len(of))))
            for name, of in self.options.items()
        ]  # fmt: skip
        if self.noise:
            share = write_number(100 * self.noise, 0)
            lines.append(said("composite", "choice.noise", language) + colon
                         + said("composite", "noise", language, share=share))  # fmt: skip
        return lines


def without(composite: Composite, indicator: str | None) -> tuple[Inputs, Framework]:
    """Leave an indicator out of a composite's figures and framework."""
    figures, framework = composite.figures, composite.framework
    if indicator is None:
        return figures, framework
    keep = [at for at, code in enumerate(framework.indicators) if code != indicator]
    earlier = {year: of[:, keep] for year, of in figures.earlier.items()}
    return replace(figures, given=figures.given[:, keep], earlier=earlier), framework.without([indicator])


def _left(step: Step, framework: Framework) -> Mapping[str, Any]:
    """Give the options of a weighting without weights of what was left out."""
    weights = step.options["weights"]
    if weights is None:
        return step.options
    return {**step.options, "weights": {node: of for node, of in weights.items() if node in framework.parent}}


def choices_of(composite: Composite, given: Mapping[str, Any]) -> Choices:
    """Hold declared choices to what they must be.

    Parameters
    ----------
    composite
        Aggregated.
    given
        By step (``impute``, ``treat``, ``normalise``, ``weight``, ``aggregate``) a list of methods or of options, such
        as ``["minmax", {"method": "zscore", "centre": 100}]``, where what is not named stays as it was done;
        ``omit``: True or a list of indicators, one of which is left out at a time; ``noise``: a number between 0
        and 1.

    Raises
    ------
    DuzhengError
        DZ-S002 for a choice that there is not, one with fewer than two options, or noise out of range.
    """
    composite.hold("choices")
    if not isinstance(given, Mapping):
        raise DuzhengError(wrong(f"choices={given!r}", "options by choice", "say {'weight': ['equal', 'pca'], …}"))
    asked = Asked()
    asked.faults += [wrong(f"the choice {name!r}", ", ".join(_CHOICES), "") for name in given if name not in _CHOICES]
    if not given:
        asked.faults.append(wrong("no choices", "one or more", "choices are all the uncertainty that is looked at"))
    options: dict[str, tuple[Any, ...]] = {}
    for name in [each for each in _CHOICES if each in given and each != NOISE]:
        read = partial(_omitted, composite) if name == OMIT else partial(_steps, composite, name)
        options[name] = asked.take(read, given[name]) or ()
    noise = given.get(NOISE, 0.0)
    if not is_number(noise) or not 0 <= noise < 1:
        asked.faults.append(wrong(f"noise={noise!r}", "a number from 0 up to 1", "0.25 is usual"))
    asked.done()
    found = Choices(composite, options, float(noise))
    if not found.names:
        raise DuzhengError(wrong("noise=0 alone", "a choice", "choices are all the uncertainty that is looked at"))
    return found


def hold_draws(n: Any, least: int, usual: int, seed: Any, level: float) -> None:
    """Hold how often is drawn, the seed of it and the level of intervals to what they must be."""
    faults = []
    if not is_whole(n) or n < least:
        faults.append(wrong(f"n={n!r}", f"a whole number, {least} or more", f"{usual} is usual"))
    if not is_whole(seed) or seed < 0:
        faults.append(wrong(f"seed={seed!r}", "a whole number, 0 or more", "the same seed draws the same"))
    hold_level(level, *faults)


def _steps(composite: Composite, name: str, given: Any) -> tuple[Step, ...]:
    """Make the options of a step; what an option does not name stays as it was done."""
    done = next((dict(step.options) for step in composite.steps if step.name == name), {})
    listed = list(given) if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    if len(listed) < 2:  # noqa: PLR2004  a choice is between two
        raise DuzhengError(wrong(f"{name}={given!r}", "two options or more", "one option is no choice"))
    named = [dict(each) if isinstance(each, Mapping) else {"method": each} for each in listed]
    if name == "weight" and any(each.get("method", "expert") != "expert" for each in named):
        done.pop("weights")  # of experts alone
    return tuple(step_of(name, {**done, **each}) for each in named)


def _omitted(composite: Composite, given: Any) -> tuple[str | None, ...]:
    known = composite.framework.indicators
    several = isinstance(given, Sequence) and not isinstance(given, str)
    codes = known if given is True else tuple(given) if several else (given,) if given else ()
    faults = [wrong(f"omit={code!r}", "an indicator of the composite", "") for code in codes if code not in known]
    if not codes or len(known) < 2:  # noqa: PLR2004  one must be left
        faults.append(wrong(f"omit={given!r} of {len(known)} indicators", "one of two or more", ""))
    if faults:
        raise DuzhengError.of(faults)
    return (None, *codes)
