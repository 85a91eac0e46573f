"""A composite indicator, built step by step on one object that remembers what was done to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.indicators.composites.construction import Built, Inputs, construct
from analysis.indicators.composites.framework import Framework, framework_of
from analysis.indicators.composites.history import History, history_of
from analysis.indicators.composites.steps import Step, hold_done, hold_turn, step_of
from analysis.indicators.composites.tables import like, numbers, peers_of
from analysis.messages import DuzhengError, Language, Texts
from analysis.messages.requests import is_number, wrong

if TYPE_CHECKING:
    import pandas as pd

    from analysis.indicators.composites.results import CompositeResult, Scores
    from analysis.indicators.composites.screening import Screening
    from analysis.indicators.composites.sensitivity import Sensitivity
    from analysis.indicators.composites.uncertainty import Uncertainty
    from analysis.workspace import Workspace


@dataclass(frozen=True, eq=False, repr=False)
class Composite:
    """A composite indicator as far as it was built; every step gives a new one.

    ``screen``, ``impute``, ``normalise``, ``weight`` and ``aggregate`` are taken in this order, each once; ``treat``
    may stand before ``normalise``. A step that is missing is an error that names it. Steps follow OECD and JRC (2008),
    Handbook on constructing composite indicators.

    Parameters
    ----------
    frame
        Figures: a row a unit, a column an indicator.
    framework
        Groups and directions.
    steps
        What was done.
    """

    frame: pd.DataFrame
    framework: Framework
    steps: tuple[Step, ...] = ()
    _: KW_ONLY
    workspace: Workspace | None = None
    year: int | None = None
    boundaries: int | None = None
    earlier: Mapping[int, pd.DataFrame] = field(default_factory=dict)
    peers: Mapping[str, str] = field(default_factory=dict)
    doubtful: frozenset[tuple[str, str]] = frozenset()  #: figures that a warning of the data touches
    cautions: tuple[Texts, ...] = ()
    read: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False
    named: Labels | None = None
    spoken: Language | None = None
    screened: Screening | None = None

    @classmethod
    def of(
        cls, frame: pd.DataFrame, directions: Mapping[str, str] | str, *, groups: Mapping[str, Any] | None = None,
        peers: Mapping[str, str] | None = None, earlier: Mapping[int, pd.DataFrame] | None = None,
        year: int | None = None, named: Labels | None = None, simulated: bool = False, language: Language | None = None,
    ) -> Composite:  # fmt: skip
        """Begin a composite of any table.

        Parameters
        ----------
        frame
            Figures: the index names units, a column an indicator; missing figures are NaN.
        directions
            ``higher`` or ``lower`` is better, by column, or one for all.
        groups
            Columns by group, or groups within groups; without, every column is a part of the whole.
        peers
            The group of each unit whose figures may stand in for one another (:meth:`impute` with ``within``).
        earlier
            Frames like this one of earlier years that can be compared with it, by year, for :meth:`impute` by
            ``carried``.
        year
            Of the figures.
        named
            Names of units (column ``unit``), columns and groups (heads), for readers.
        simulated
            Whether any figure is.
        language
            Of results, unless another is asked for.

        Raises
        ------
        DuzhengError
            DZ-S002 for units that stand twice or in no group of peers, columns that are no numbers or have no figure,
            and what :func:`analysis.indicators.composites.framework_of` refuses.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"teachers": [5.0, 6, 7], "class_size": [40, 45, 38]}, index=["U1", "U2", "U3"])
        >>> begun = Composite.of(frame, {"teachers": "higher", "class_size": "lower"}, language="en")
        >>> done = begun.screen().impute("none").normalise("minmax").weight("equal").aggregate("arithmetic")
        >>> done.results().table
          unit       score  teachers  class_size  imputed
        0   U1   35.714286       0.0   71.428571        0
        1   U2   25.000000      50.0    0.000000        0
        2   U3  100.000000     100.0  100.000000        0
        """
        codes = [str(name) for name in frame]
        ways = dict.fromkeys(codes, directions) if isinstance(directions, str) else dict(directions)
        held = numbers(frame)
        return cls(
            held, framework_of(codes, ways, groups), year=year, simulated=simulated, named=named, spoken=language,
            peers=peers_of(held, peers), earlier={int(at): like(held, each) for at, each in (earlier or {}).items()},
        )  # fmt: skip

    def __repr__(self) -> str:
        return str(self.history)

    def _repr_markdown_(self) -> str:
        return self.history._repr_markdown_()

    @property
    def language(self) -> Language:
        """The language that is shown unless it is said."""
        return self.spoken or (self.workspace.settings.languages[0] if self.workspace else "zh-Hans")

    @property
    def history(self) -> History:
        """What was done, step by step: ``print(composite.history)``, ``composite.history.said("en")``."""
        return history_of(self)

    @cached_property
    def figures(self) -> Inputs:
        """Figures as arrays."""
        import numpy as np

        units = [str(unit) for unit in self.frame.index]
        peers = np.array([self.peers[unit] for unit in units]) if self.peers else None
        earlier = {at: each.loc[self.frame.index, self.frame.columns].to_numpy(float) for at, each
                   in self.earlier.items()}  # fmt: skip
        return Inputs(self.frame.to_numpy(float), self.year, earlier, peers)

    @cached_property
    def built(self) -> Built:
        """What the steps so far make of the figures."""
        return construct(self.figures, self.framework, self.steps)

    def screen(
        self, *, drop_units: str | Sequence[str] = (), drop_indicators: str | Sequence[str] = (),
        least_unit: float = 0.65, least_indicator: float = 0.65, strongest: float = 0.92, skew: float = 2.0,
        kurt: float = 3.5,
    ) -> Composite:  # fmt: skip
        """Look through figures, and leave out what is named; nothing else is left out.

        ``composite.screened`` says what was found: a table, a chart, and what might be left out, with the reason.

        Parameters
        ----------
        drop_units, drop_indicators
            What to leave out, one or several.
        least_unit, least_indicator
            Share of figures that a unit and an indicator should have.
        strongest
            Size of a correlation from which two indicators count one thing twice.
        skew, kurt
            Bounds of skewness and excess kurtosis; outliers are where both are reached.

        Raises
        ------
        DuzhengError
            DZ-S002 for a step out of turn, something to leave out that is not there, or nothing left.
        """
        from analysis.indicators.composites.screening import screening

        hold_turn("screen", self.steps)
        drop_units = (drop_units,) if isinstance(drop_units, str) else tuple(drop_units)
        drop_indicators = (drop_indicators,) if isinstance(drop_indicators, str) else tuple(drop_indicators)
        bounds = {"least_unit": least_unit, "least_indicator": least_indicator, "strongest": strongest, "skew": skew,
                  "kurt": kurt}  # fmt: skip
        faults = [wrong(f"{name}={value!r}", "a number", "") for name, value in bounds.items() if not is_number(value)]
        faults += [wrong(f"drop_units={unit!r}", "a unit of the composite", "") for unit in drop_units
                  if unit not in self.frame.index]  # fmt: skip
        faults += [wrong(f"drop_indicators={code!r}", "an indicator of the composite", "") for code in drop_indicators
                   if code not in self.frame]  # fmt: skip
        if not faults and (set(drop_units) >= set(self.frame.index) or set(drop_indicators) >= set(self.frame)):
            faults.append(wrong("everything left out", "a unit and an indicator that stay", ""))
        if faults:
            raise DuzhengError.of(faults)
        found = screening(self, bounds)
        step = Step("screen", {"drop_units": drop_units, "drop_indicators": drop_indicators, **bounds})
        left = self.frame.drop(index=list(drop_units), columns=list(drop_indicators))
        return replace(self, frame=left, framework=self.framework.without(drop_indicators), screened=found,
                       steps=(*self.steps, step))  # fmt: skip

    def impute(self, method: str = "none", *, within: bool = False, most_years: int | None = None) -> Composite:
        """Fill in missing figures, or decide not to; each one filled in is marked for ever in ``composite.cells``.

        Parameters
        ----------
        method
            ``none``; ``mean`` or ``median`` of the units that have a figure; ``carried``: the last figure of the same
            unit that can be compared, none across a break.
        within
            Whether only units of the same group of ``peers`` stand in.
        most_years
            How old a carried figure may be.
        """
        return self._then("impute", {"method": method, "within": within, "most_years": most_years})

    def treat(
        self, method: str = "winsorise", *, most: int = 5, skew: float = 2.0, kurt: float = 3.5,
        only: str | Sequence[str] | None = None,
    ) -> Composite:  # fmt: skip
        """Draw in outliers of indicators that have any, as :func:`analysis.stats.composite.treatment.treat` does.

        Parameters
        ----------
        method
            ``winsorise``, ``log``, ``winsorise_then_log``, or ``none``.
        most, skew, kurt
            Figures drawn in at most, and bounds.
        only
            Indicators that are looked at, one or several; all if not given.
        """
        hold_turn("treat", self.steps)
        chosen = None if only is None else (only,) if isinstance(only, str) else tuple(only)
        strange = [code for code in chosen or () if code not in self.framework.indicators]
        if strange:
            raise DuzhengError.of(wrong(f"only={code!r}", "an indicator of the composite", "") for code in strange)
        return self._then("treat", {"method": method, "most": most, "skew": skew, "kurt": kurt, "only": chosen})

    def normalise(self, method: str = "minmax", **options: Any) -> Composite:
        """Put all indicators on one scale, on which higher is better.

        Parameters
        ----------
        method
            ``minmax``, ``zscore``, ``rank``, ``borda``, ``goalposts``, ``distance_to_target``
            (:func:`analysis.stats.composite.normalisation.normalise`).
        options
            ``lower``, ``upper``; ``centre``, ``spread``; ``goalposts={code: (low, high)}``; ``targets={code: figure}``;
            ``cap``.
        """
        return self._then("normalise", {"method": method, **options})

    def weight(self, method: str = "equal", weights: Mapping[str, float] | None = None) -> Composite:
        """Say how much each indicator and group counts.

        Parameters
        ----------
        method
            ``equal``: parts of every group alike, and groups alike. ``equal_indicators``: every indicator alike,
            however groups are made. ``expert``: as given. ``pca``: indicators of a group by rotated components, groups
            alike. ``first_component``: by loadings on the first; refused where an indicator would count against its
            direction.
        weights
            Of ``expert``: by indicator or group; all parts of a group, or none of them, which then count alike.
        """
        given = dict(weights) if isinstance(weights, Mapping) else weights
        return self._then("weight", {"method": method, "weights": given})

    def aggregate(self, method: str | Sequence[str] = "arithmetic", *, least: float = 1.0) -> Composite:
        """Put indicators together into groups, and groups into the whole.

        Parameters
        ----------
        method
            ``arithmetic``, ``geometric``, ``harmonic``; or one for each level, from the indicators up.
        least
            Share of a group's weights that must be there for a score; below, a unit has none.
        """
        several = isinstance(method, Sequence) and not isinstance(method, str)
        return self._then("aggregate", {"method": tuple(method) if several else method, "least": least})

    def _then(self, name: str, options: Mapping[str, Any]) -> Composite:
        hold_turn(name, self.steps)
        done = replace(self, steps=(*self.steps, step_of(name, options)))
        _ = done.built  # a step that cannot be done is an error here, not later
        return done

    def hold(self, what: str, step: str = "aggregate") -> None:
        """Hold a request to the steps it needs."""
        hold_done(step, what, self.steps)

    @property
    def cells(self) -> pd.DataFrame:
        """Every figure and what was done to it.

        Columns: unit, indicator, figure (as given), used (after imputation and treatment), how (observed, missing,
        mean, median, carried:YEAR, and after a semicolon winsorised or log), doubtful.
        """
        import pandas as pd

        built = self.built
        rows = []
        for i, unit in enumerate(self.frame.index):
            for j, code in enumerate(self.framework.indicators):
                given, used = self.figures.given[i, j], built.treated[i, j]
                filled = built.how[i, j] or ("missing" if given != given else "observed")  # noqa: PLR0124  NaN
                logged = built.treatment.get(code) == "log"
                changed = "winsorised" if built.drawn[i, j] else "log" if logged and used == used else ""  # noqa: PLR0124
                rows.append((unit, code, given, used, ";".join(filter(None, (filled, changed))),
                             (str(unit), code) in self.doubtful))  # fmt: skip
        return pd.DataFrame(rows, columns=["unit", "indicator", "figure", "used", "how", "doubtful"])

    @property
    def unscored(self) -> Any:
        """Which units have no score."""
        import numpy as np

        return np.isnan(self.built.score)

    def results(self, *, ranks: bool | None = None, units: Sequence[str] | None = None) -> Scores:
        """Give scores of the whole and of its parts; see :func:`analysis.indicators.composites.results.scores`."""
        from analysis.indicators.composites.results import scores

        return scores(self, ranks=ranks, units=units)

    def contributions(self, *, units: Sequence[str] | None = None) -> CompositeResult:
        """Give what each indicator adds; see :func:`analysis.indicators.composites.contributions.contributions`."""
        from analysis.indicators.composites.contributions import contributions

        return contributions(self, units=units)

    def effective_weights(self) -> CompositeResult:
        """Give how much indicators matter; see :func:`analysis.indicators.composites.importance.effective_weights`."""
        from analysis.indicators.composites.importance import effective_weights

        return effective_weights(self)

    def what_if(
        self, indicator: str, unit: str, change: float | Sequence[float] | None = None, *,
        to: float | Sequence[float] | None = None, ranks: bool | None = None,
    ) -> CompositeResult:  # fmt: skip
        """Say what another figure would do; see :func:`analysis.indicators.composites.what_if.what_if`."""
        from analysis.indicators.composites.what_if import what_if

        return what_if(self, indicator, unit, change, to=to, ranks=ranks)

    def uncertainty(
        self, choices: Mapping[str, Any], *, n: int = 1000, seed: int = 1, level: float = 0.9
    ) -> Uncertainty:
        """Go through declared choices; see :func:`analysis.indicators.composites.uncertainty.uncertainty`."""
        from analysis.indicators.composites.uncertainty import uncertainty

        return uncertainty(self, choices, n=n, seed=seed, level=level)

    def sensitivity(
        self, choices: Mapping[str, Any], *, units: str | Sequence[str] = (), n: int = 512, seed: int = 1,
        level: float = 0.9,
    ) -> Sensitivity:  # fmt: skip
        """Say which choice matters; see :func:`analysis.indicators.composites.sensitivity.sensitivity`."""
        from analysis.indicators.composites.sensitivity import sensitivity

        return sensitivity(self, choices, units=units, n=n, seed=seed, level=level)
