"""What was planned of a wave's fieldwork: days, persons, the rate in the end, and how answers come in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    from analysis.surveys.collected import Collected

_DAY = 86_400  #: seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """What was planned of a wave's fieldwork.

    ``share`` follows ``curve`` where one is given, such as that of the wave before. Otherwise it is
    (1 − exp(−front·t/days)) / (1 − exp(−front)): an assumption, that 63 % of what comes comes in the first third.
    ``front=0`` is the same every day.
    """

    opened: dt.date
    days: int
    drawn: float  #: who are asked
    rate: float  #: who answer of those, in the end
    front: float = 3.0
    curve: tuple[float, ...] = ()  #: the share of all answers that is in at the end of each day, ending with 1

    def __post_init__(self) -> None:
        faults = []
        if self.days < 1 or not 0 < self.rate <= 1 or self.drawn <= 0:
            faults.append(wrong(f"{self.days} days, {self.drawn:g} persons, a rate of {self.rate:g}",
                                "a day or more, persons, and a rate above 0 up to 1", "mend the plan"))  # fmt: skip
        if self.curve and (
            len(self.curve) != self.days
            or list(self.curve) != sorted(self.curve)
            or self.curve[0] < 0
            or abs(self.curve[-1] - 1) > 1e-9  # noqa: PLR2004  rounding
        ):
            found = f"a curve of {len(self.curve)} shares, the last {self.curve[-1]:g}"
            faults.append(wrong(found, f"{self.days} shares that never fall and end with 1", "give one share a day"))
        if faults:
            raise DuzhengError(*faults)

    @classmethod
    def of(
        cls, wave: Collected, *, opened: dt.date | None = None, days: int = 14, rate: float | None = None
    ) -> Plan:  # fmt: skip
        """Make the plan of a wave: who was drawn, or else is expected; and how many answer as expected.

        Raises
        ------
        DuzhengError
            DZ-S003 where it is not said when fieldwork opened, and nobody has answered yet.
        """
        expected = wave.survey.questionnaire.expected
        first = wave.responses["started"].min()
        if opened is None and first != first:  # noqa: PLR0124  no moment
            raise DuzhengError(Fault("DZ-S003", found="no answers", expected="the day that fieldwork opened",
                                     hint="say it, or wait for answers"))  # fmt: skip
        drawn = float(wave.log["persons_drawn"].sum()) if "persons_drawn" in wave.log else 0.0
        return cls(opened or first.date(), days, drawn or float(expected.total), rate or expected.rate)

    @property
    def closes(self) -> dt.date:
        """The first day on which nobody can answer any more."""
        return self.opened + dt.timedelta(days=self.days)

    @property
    def wanted(self) -> float:
        """Answers in the end."""
        return self.drawn * self.rate

    def elapsed(self, now: dt.datetime) -> float:
        """Give the days since fieldwork opened, 0 before and no more than there are."""
        passed = (now - dt.datetime.combine(self.opened, dt.time(), now.tzinfo)).total_seconds() / _DAY
        return min(max(passed, 0.0), float(self.days))

    def share(self, elapsed: float) -> float:
        """Give the share of all answers that is planned to be in after some days.

        >>> plan = Plan(dt.date(2025, 10, 13), days=10, drawn=1000, rate=0.8, front=0)
        >>> plan.share(2.5), plan.closes.isoformat(), plan.wanted
        (0.25, '2025-10-23', 800.0)
        """
        import numpy as np

        if self.curve:
            return float(np.interp(elapsed, range(self.days + 1), (0.0, *self.curve)))
        if self.front == 0:
            return elapsed / self.days
        return float(np.expm1(-self.front * elapsed / self.days) / np.expm1(-self.front))
