"""Places where a questionnaire hangs as a poster, and the signed codes by which answers say where they came from."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis.workspace import Contract, Field, Rule, check_tables, read_table
from analysis.workspace.tables import relative_name

if TYPE_CHECKING:
    import pandas as pd

    from analysis.workspace import Units

KINDS = ("school", "kindergarten", "street", "town", "community", "office", "other")
#: The longest name that a poster has room for.
LONGEST_NAME = 60
#: The part of a link, and the answer, that hold a place's code.
PARAMETER = "place"
#: A code's state: signed for this questionnaire, signed for another, not signed by this key, or not there.
State = Literal["valid", "other", "tampered", "absent"]

#: Crockford's base 32: no I, L, O and U, which are misread or misheard.
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")
_HYPHENS = re.compile(r"[\s\-\u2010-\u2015\u2212\uff0d]+")
#: What ids are made of, the smallest alphabet that does: fewer signs, shorter codes.
_ALPHABETS = (
    "0123456789",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_",
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_abcdefghijklmnopqrstuvwxyz",
)
_PLACE = re.compile(r"[A-Za-z0-9_-]{1,32}")
_SIGNED = 10  # signs of the signature, of 5 bits each
_LONGEST = 64
_GROUP = 4


def place_contract(units: Units, year: int) -> Contract:
    """Make the contract of places.

    Parameters
    ----------
    units
        The units, for the column ``unit``.
    year
        The questionnaire's wave, at whose end the units exist.

    Returns
    -------
    Contract
        Columns ``place`` (its id: letters, digits, ``-`` and ``_``, 32 at most), ``name_zh``, ``name_en`` (may be
        empty), ``kind`` (:data:`KINDS`), ``unit`` (a code of ``data/units.csv``, or empty), and if there is one
        ``note``. Each place stands once.
    """

    def known(rows: pd.DataFrame) -> pd.Series:
        return rows["unit"].isna() | rows["unit"].map(lambda code: units.known(str(code))).astype(bool)

    def there(rows: pd.DataFrame) -> pd.Series:
        import pandas as pd

        years = pd.Series(year, index=rows.index, dtype="Int64")
        return ~known(rows) | rows["unit"].isna() | units.exist(rows["unit"], years)

    def short(name: str) -> Rule:
        return Rule(
            "DZ-T004",
            name,
            lambda rows: rows[name].isna() | (rows[name].str.len() <= LONGEST_NAME).fillna(value=False).astype(bool),
            f"{LONGEST_NAME} characters at most",
            "a poster has no room for more",
        )

    return Contract(
        name="places",
        fields={
            "place": Field(),
            "name_zh": Field(),
            "name_en": Field(blank=True),
            "kind": Field(),
            "unit": Field(blank=True),
            "note": Field(required=False, blank=True),
        },
        key=("place",),
        rules=(
            Rule(
                "DZ-T004",
                "place",
                lambda rows: rows["place"].str.fullmatch(_PLACE.pattern).fillna(value=False).astype(bool),
                "letters, digits, _ and - only, 32 at most (it is part of the code)",
            ),
            Rule("DZ-T004", "kind", lambda rows: rows["kind"].isin(KINDS), "one of " + ", ".join(KINDS)),
            short("name_zh"),
            short("name_en"),
            Rule("DZ-U001", "unit", known, "a code of data/units.csv, or nothing"),
            Rule(
                "DZ-U002",
                "unit",
                there,
                f"a unit that existed at the end of {year}",
                lambda row: units.explain(str(row["unit"]), year),
            ),
        ),
    )


def read_places(path: Path, units: Units, year: int, *, root: Path | None = None) -> pd.DataFrame:
    """Read a table of places.

    Parameters
    ----------
    path
        CSV or a workbook.
    units, year
        As for :func:`place_contract`.
    root
        The workspace, for the file's name in messages.

    Returns
    -------
    pandas.DataFrame
        The columns of :func:`place_contract`, with ``file`` and ``row``.

    Raises
    ------
    DuzhengError
        DZ-T001 to DZ-T006, DZ-U001 and DZ-U002, every fault at once.
    """
    file = relative_name(path, root) if root else path.name
    return check_tables([read_table(path, file)], place_contract(units, year))[0]


def place_code(place: str, survey_name: str, key: bytes) -> str:
    """Sign a place for a questionnaire.

    Parameters
    ----------
    place
        Its id, as in the table of places.
    survey_name
        The questionnaire, such as ``public-2025``.
    key
        As :func:`analysis.surveys.keys.place_key` gives it.

    Returns
    -------
    str
        The place's id and 50 bits of HMAC-SHA256 over it and the questionnaire's name, in Crockford's base 32 and in
        groups of four: without letters that are mistaken for digits, to be read over the telephone.

    Notes
    -----
    A code that was not signed with the key is taken for a valid one with probability 2 :sup:`-50` a try, about
    1 : 10 :sup:`15`; whoever has the key can make any. The signature protects from codes that are invented, mistyped,
    carried over from another questionnaire, or changed into another school's. It does **not** protect from a code that
    is copied: who photographs a poster can answer from anywhere, and as often as the form lets them. A code names a
    place, never a person.

    Raises
    ------
    ValueError
        If the id is none of the table's.

    Examples
    --------
    >>> place_code("900112", "public-2025", b"a key for this example")
    '5DYQ-GTT7-E9C3-2KR'
    """
    if not _PLACE.fullmatch(place):
        raise ValueError(f"{place!r} is no id of a place")
    return "-".join(_grouped(_written(place) + _signature(place, survey_name, key)))


def place_of(code: str, survey_name: str, key: bytes) -> str | None:
    """Give the place that a code was signed for, or None if it was not signed for this questionnaire with this key.

    Parameters
    ----------
    code
        As somebody typed it: case, hyphens, spaces and full-width signs do not matter, O is read as 0, I and L as 1.
    survey_name, key
        As for :func:`place_code`.

    Examples
    --------
    >>> place_of("5dyq gtt7 e9c3 2kr", "public-2025", b"a key for this example")
    '900112'
    >>> place_of("5DYQ-GTT7-E9C3-2K0", "public-2025", b"a key for this example") is None
    True
    """
    signs = _normal(code)
    if not _SIGNED < len(signs) <= _LONGEST or not set(signs) <= set(_DIGITS):
        return None
    place = _read(signs[:-_SIGNED])
    if place is None or _written(place) != signs[:-_SIGNED]:
        return None
    return place if hmac.compare_digest(_signature(place, survey_name, key), signs[-_SIGNED:]) else None


def read_codes(codes: pd.Series, survey_name: str, key: bytes, others: Iterable[str] = ()) -> pd.DataFrame:
    """Read the codes of a questionnaire's answers.

    Parameters
    ----------
    codes
        One code an answer; missing or blank where there was none.
    survey_name, key
        As for :func:`place_code`.
    others
        Names of the other questionnaires that posters were made for.

    Returns
    -------
    pandas.DataFrame
        On the index of ``codes``: ``place`` (only of valid codes), ``state`` (``valid``, ``other`` for a code of
        another questionnaire, ``tampered`` for one that no questionnaire has, ``absent``) and ``questionnaire`` (whose
        code it is).

    Examples
    --------
    >>> import pandas as pd
    >>> key = b"a key for this example"
    >>> codes = pd.Series([place_code("s1", "public-2025", key), place_code("s1", "parents-2025", key), "X", None])
    >>> read_codes(codes, "public-2025", key, ["parents-2025"])["state"].tolist()
    ['valid', 'other', 'tampered', 'absent']
    """
    import pandas as pd

    names = [survey_name, *(name for name in others if name != survey_name)]
    known: dict[str, tuple[str | None, State, str | None]] = {"": (None, "absent", None)}

    def read(code: str) -> tuple[str | None, State, str | None]:
        if code not in known:
            known[code] = (None, "tampered", None)
            for name in names:
                place = place_of(code, name, key)
                if place is not None:
                    valid = name == survey_name
                    known[code] = (place if valid else None, "valid" if valid else "other", name)
                    break
        return known[code]

    rows = [read("" if pd.isna(code) else str(code).strip()) for code in codes]
    columns = ["place", "state", "questionnaire"]
    return pd.DataFrame(rows, columns=columns, index=codes.index, dtype="str")


def _signature(place: str, survey_name: str, key: bytes) -> str:
    told = b"\0".join([b"duzheng place 1", survey_name.encode(), place.encode()])
    number = int.from_bytes(hmac.new(key, told, hashlib.sha256).digest()) >> (256 - 5 * _SIGNED)
    return "".join(_DIGITS[number >> 5 * n & 31] for n in reversed(range(_SIGNED)))


def _written(place: str) -> str:
    """Write an id as a number, and which alphabet it is in; a leading one keeps its zeros."""
    mode = next(n for n, alphabet in enumerate(_ALPHABETS) if set(place) <= set(alphabet))
    alphabet, number = _ALPHABETS[mode], 1
    for sign in place:
        number = number * len(alphabet) + alphabet.index(sign)
    number = number * len(_ALPHABETS) + mode
    signs = ""
    while number:
        number, rest = divmod(number, len(_DIGITS))
        signs = _DIGITS[rest] + signs
    return signs


def _read(signs: str) -> str | None:
    number = 0
    for sign in signs:
        number = number * len(_DIGITS) + _DIGITS.index(sign)
    number, mode = divmod(number, len(_ALPHABETS))
    alphabet, place = _ALPHABETS[mode], ""
    while number > 1:
        number, rest = divmod(number, len(alphabet))
        place = alphabet[rest] + place
    return place if number == 1 and _PLACE.fullmatch(place) else None


def _normal(code: str) -> str:
    return _HYPHENS.sub("", unicodedata.normalize("NFKC", code)).upper().translate(_READ_AS)


def _grouped(signs: str) -> Iterable[str]:
    return (signs[place : place + _GROUP] for place in range(0, len(signs), _GROUP))
