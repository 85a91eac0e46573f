"""Classes: the few even steps that a map of tiles colours values by."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from analysis.messages import write_number
from analysis.messages.numbers import rounded

#: So many colours a reader can tell apart.
MOST: Final = 6
#: What steps begin with.
_STEPS: Final = tuple(map(Decimal, ("1", "1.5", "2", "2.5", "3", "4", "5")))


@dataclass(frozen=True)
class Classes:
    """Classes of equal width over round bounds; each holds its lower bound and not its upper one.

    Parameters
    ----------
    bounds
        The lower bound of each, and the upper one of the last.
    """

    bounds: tuple[Decimal, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.bounds) - 1

    def of(self, value: float, decimals: int) -> int:
        """Give the class of a value as it is shown, from 0."""
        shown = rounded(value, decimals)
        return sum(bound <= shown for bound in self.bounds[1:-1])

    def shade(self, number: int) -> int:
        """Give which of the six shades a class has: of few classes those that lie far apart."""
        return round(number * (MOST - 1) / (self.count - 1)) if self.count > 1 else MOST // 2

    def labels(self) -> list[str]:
        """Give the bounds of each class as a reader reads them."""
        places = max(max(0, -int(bound.normalize().as_tuple().exponent)) for bound in self.bounds)
        written = [write_number(float(bound), places) for bound in self.bounds]
        return [f"{low}–{high}" for low, high in pairwise(written)]


def even_classes(values: Collection[float], decimals: int) -> Classes:
    """Divide values into at most six classes of one width with round bounds.

    Parameters
    ----------
    values
        At least one.
    decimals
        Decimals shown; no bound has more.

    Examples
    --------
    >>> even_classes([6.02, 7.1, 11.11], 2).labels()[:3]
    ['6–7', '7–8', '8–9']

    Notes
    -----
    Of equal width, and not of equal number: classes of equal number would be ranks by another name.
    """
    shown = [rounded(value, decimals) for value in values]
    least, most = min(shown), max(shown)
    finest = Decimal(1).scaleb(-decimals)
    power = finest
    while True:
        for each in _STEPS:
            step = each * power
            if step % finest:
                continue
            low, high = (least // step) * step, (most // step + 1) * step
            if least < 0 and low > least:
                low -= step
            if (high - low) / step <= MOST:
                count = int((high - low) / step)
                return Classes(tuple(low + step * number for number in range(count + 1)))
        power *= 10
