"""How numbers are written, in both languages alike: grouped by three, rounded by GB/T 8170, with a true minus."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

MINUS = "\N{MINUS SIGN}"
NO_VALUE = "\N{EM DASH}"


def rounded(value: float, decimals: int) -> Decimal:
    """Round half to even on the decimal figure, not on its binary neighbour (GB/T 8170-2008, 3.2).

    Parameters
    ----------
    value
        The number at full precision.
    decimals
        Decimal places to keep.

    Examples
    --------
    >>> rounded(0.125, 2), rounded(2.675, 2), rounded(1.005, 2)
    (Decimal('0.12'), Decimal('2.68'), Decimal('1.00'))
    """
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)


def write_number(value: float | None, decimals: int, *, signed: bool = False) -> str:
    """Write a number for a reader.

    Parameters
    ----------
    value
        The number, or None for a missing figure.
    decimals
        Decimal places shown.
    signed
        Whether a positive number carries a plus.

    Examples
    --------
    >>> write_number(1113078, 0), write_number(-3.25, 1), write_number(None, 0)
    ('1,113,078', '−3.2', '—')
    """
    if value is None or value != value:  # noqa: PLR0124  NaN is the only number that differs from itself
        return NO_VALUE
    number = rounded(value, decimals)
    sign = MINUS if number < 0 else "+" if signed and number > 0 else ""
    return f"{sign}{abs(number):,}"


def read_number(text: str) -> float:
    """Read a number as :func:`write_number` writes it.

    >>> read_number("−3.2"), read_number("1,113,078")
    (-3.2, 1113078.0)
    """
    return float(text.replace(",", "").replace(MINUS, "-").replace("+", ""))
