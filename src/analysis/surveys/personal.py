"""Personal data in answers: found in comments and taken out, replaced by pseudonyms under a key, or never kept."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["id_number", "phone", "email", "account", "bank_card", "document", "plate"]
#: What stands in a comment in place of what was taken out.
MARKS: dict[Kind, str] = {
    "id_number": "〔身份证号〕", "phone": "〔电话〕", "email": "〔邮箱〕", "account": "〔社交账号〕",
    "bank_card": "〔银行卡号〕", "document": "〔证件号〕", "plate": "〔车牌号〕",
}  # fmt: skip
#: Weights and check characters of GB 11643-1999, which are those of ISO 7064:1983, MOD 11-2.
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
#: The first two digits of GB/T 2260.
PROVINCES = frozenset(map(str, (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
                                *range(61, 66), 71, 81, 82, 83)))  # fmt: skip
#: Digits in words; 幺 is said for 1 over the telephone.
NUMERALS = str.maketrans("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "0012345678911234567892")
#: What people put between digits, a zero-width space among it.
GAPS = "[ \\t·._\\-\u2010-\u2015\u200b-\u200d]"
GAP = GAPS + "{0,2}"
CHAT = "(?:[微薇威]信|wechat|weixin)"
SAID = r"(?:号码|账号|帐号|号|id|ID)?[ \t]*(?:[:：=是为]|就是)?[ \t]*"
#: Eleven digits in the groups that people say them in, or one by one.
MOBILE = "|".join(
    [r"1[3-9]\d" + rest for rest in (r"␣\d{4}␣\d{4}", r"␣\d{3}␣\d{5}", r"\d␣\d{3}␣\d{4}", r"\d\d␣\d{6}")]
    + [r"1(?P<gap>[ .\-])[3-9](?:(?P=gap)\d){9}"]
)


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text without what was found in it, and the kinds that were found, in their order."""

    text: str
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class _Rule:
    """What a kind looks like; ``what`` of its groups is taken out, if it holds."""

    kind: Kind
    form: re.Pattern[str]
    holds: Callable[[str], bool] = lambda _: True


def is_id_number(number: str) -> bool:
    """Tell whether a number is one of an identity card: 18 digits with a check digit, or 15 of the old ones.

    Notes
    -----
    GB 11643-1999: six digits of the place (GB/T 2260), the day of birth, three digits, and the check digit, 1 + Σ of
    digits times weights modulo 11. Until 1999 the century and the check digit were left out.

    Examples
    --------
    >>> is_id_number("110105198002290021"), is_id_number("110105198002290022"), is_id_number("130503670401001")
    (True, False, True)
    """
    if number[:2] not in PROVINCES:
        return False
    if len(number) == 15:  # noqa: PLR2004
        return _is_day("19" + number[6:12])
    return len(number) == 18 and _is_day(number[6:14]) and number[17].upper() == check_digit(number)  # noqa: PLR2004


def check_digit(number: str) -> str:
    """Give the check digit of the first 17 digits of an identity number (GB 11643-1999)."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False)) % 11]


def _is_day(digits: str) -> bool:
    try:
        return dt.datetime.strptime(digits, "%Y%m%d").year >= 1880  # noqa: DTZ007, PLR2004  nobody living is older
    except ValueError:
        return False


def _said_to_be_one(number: str) -> bool:
    return number[:2] in PROVINCES


def is_card(number: str) -> bool:
    """Tell whether a number of 16 to 19 digits may be one of a bank card: its last digit is Luhn's.

    Examples
    --------
    >>> is_card("6222020200112230004"), is_card("6222020200112230005")
    (True, False)
    """
    digits = [int(digit) for digit in reversed(number)]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return 16 <= len(number) <= 19 and number[0] in "3456" and (sum(digits[::2]) + doubled) % 10 == 0  # noqa: PLR2004


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("␣", GAP), re.IGNORECASE)


#: In the order in which they are looked for: what one has found, no other finds again.
RULES = (
    _Rule("email", _form(r"(?P<what>[A-Z0-9._%+-]{1,64}\s?@\s?[A-Z0-9-]{1,63}(?:[.。][A-Z0-9-]{1,63}){1,4})")),
    _Rule("id_number", _form(r"(?<![\dA-Z])(?P<what>\d(?:␣\d){16}␣[\dX])(?![\dA-Z])"), is_id_number),
    _Rule("id_number", _form(r"身份证\D{0,8}(?<!\d)(?P<what>\d(?:␣\d){13,16}␣[\dX])(?![\dA-Z])"), _said_to_be_one),
    _Rule("bank_card", _form(r"(?<![\dA-Z])(?P<what>\d(?:␣\d){15,18})(?![\dA-Z])"), is_card),
    _Rule("id_number", _form(r"(?<![\dA-Z])(?P<what>\d{15})(?![\dA-Z])"), is_id_number),
    _Rule("phone", _form(rf"(?<![\d.])(?P<what>(?:(?:\+|00)?86␣)?(?:{MOBILE}))(?!\d)")),
    _Rule("phone", _form(
        r"(?<!\d)(?P<what>[(]?0(?:10|2\d|[3-9]\d\d)[)]?␣[2-9]\d{2,3}␣\d{4}(?:[ -转x]{1,2}\d{1,5})?)(?!\d)"
    )),
    _Rule("phone", _form(
        r"(?:电话|座机|固话|手机|联系方式|致电|拨打|号码|tel|phone)[^\d\n]{0,6}(?P<what>[2-9]\d{2,3}␣\d{4})(?!\d)"
    )),
    _Rule("document", _form(
        r"(?:护照|通行证|回乡证|台胞证|居住证|passport)[^\dA-Z\n]{0,8}(?:no\b|number\b)?[^\dA-Z\n]{0,4}"
        r"(?P<what>[A-Z]{1,3}␣\d{6,10}|\d{8,10})(?![\dA-Z])"
    )),
    _Rule("account", _form(rf"(?<![A-Z])(?:qq|扣扣|企鹅)群?{SAID}(?P<what>[1-9]\d{{4,11}})(?!\d)")),
    # With a digit in it, or after a word that says that an account follows.
    _Rule("account", _form(
        rf"(?:{CHAT}|(?<![A-Z])(?:vx|wx)|加v信?){SAID}"
        r"(?P<what>(?=[A-Z_-]{0,19}\d)[A-Z][\w-]{4,19}|[1-9]\d{4,11})(?![A-Z\d])"
    )),
    _Rule("account", _form(
        rf"(?:{CHAT}[ \t]?(?:号码|账号|帐号|号|id)|(?:[微薇威]信|(?<![A-Z])(?:vx|wx|qq))[ \t]*[:：=]|加v信?)"
        r"[ \t]*(?:[:：=是为]|就是)?[ \t]*(?P<what>[A-Z][A-Z\d_-]{4,19})(?![A-Z\d])"
    )),
    _Rule("plate", _form(
        r"(?P<what>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·• -]?"
        r"(?=[A-HJ-NP-Z]{0,3}\d)[A-HJ-NP-Z\d]{5,6})(?![A-Z\d])"
    )),
)  # fmt: skip
#: Eleven digits, some of them in words.
WORDS = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两"
SPOKEN = re.compile(rf"(?<![\d.{WORDS}])(?=[\d{WORDS} -]*[{WORDS}])[1一幺壹](?:{GAP}[\d{WORDS}]){{10}}(?![\d{WORDS}])")
#: Texts without any of this have nothing to be found.
WORTH = re.compile(r"\d|@|[〇零一二三四五六七八九幺壹]{2}|[微薇威]信|加v|vx|wx|wechat|weixin", re.IGNORECASE)


@lru_cache(maxsize=65536)
def scrub(text: str) -> Scrubbed:
    """Take out of a text what tells who wrote it, as far as it can be told by its form.

    Parameters
    ----------
    text
        A comment.

    Returns
    -------
    Scrubbed
        The text with a mark such as 〔电话〕 in place of identity numbers (GB 11643-1999, with the check digit or after
        the word; and the old ones of 15 digits), mobile and landline numbers (with gaps, country code, full-width
        digits or digits in words), e-mail addresses, accounts after 微信, QQ or VX, bank cards (Luhn), numbers of
        passports and other papers after their name, and number plates.

    Notes
    -----
    Names and addresses have no form of their own and are not found; somebody reads comments before they are shown.
    Years, scores, hotlines of a few digits, numbers of schools and classes stay.

    Examples
    --------
    >>> scrub("请打 １３８-0000-0000 找我，或发邮件 a.b@example.org")
    Scrubbed(text='请打 〔电话〕 找我，或发邮件 〔邮箱〕', kinds=('phone', 'email'))
    """
    plain = _plain(text)
    if not WORTH.search(plain):
        return Scrubbed(text)
    found: list[tuple[int, int, Kind]] = []
    for start, end, kind in _found(plain):
        if all(end <= first or start >= last for first, last, _ in found):
            found.append((start, end, kind))
    found.sort()
    parts, before = [], 0
    for start, end, kind in found:
        parts += [text[before:start], MARKS[kind]]
        before = end
    return Scrubbed("".join([*parts, text[before:]]), tuple(kind for *_, kind in found))


def _found(plain: str) -> Iterator[tuple[int, int, Kind]]:
    for rule in RULES:
        for match in rule.form.finditer(plain):
            if rule.holds(re.sub(GAPS, "", match["what"])):
                yield *match.span("what"), rule.kind
    for match in SPOKEN.finditer(plain):
        digits = re.sub(r"\D", "", match[0].translate(NUMERALS))
        if re.fullmatch(r"1[3-9]\d{9}", digits):
            yield *match.span(), "phone"


def _plain(text: str) -> str:
    """Write full-width and other digits, letters and signs as plain ones; each stays in its place."""
    return "".join(sign if sign < "\x7f" else _sign(sign) for sign in text)


@lru_cache(maxsize=4096)
def _sign(sign: str) -> str:
    digit = unicodedata.digit(sign, None)
    if digit is not None:
        return str(digit)
    found = unicodedata.normalize("NFKC", sign)
    return found if len(found) == 1 else sign


def scrub_column(texts: pd.Series) -> tuple[pd.Series, Counter[str]]:
    """Take out of a column of comments what :func:`scrub` finds; give it, and how many of each kind there were."""
    kinds: Counter[str] = Counter()

    def one(text: str) -> str:
        found = scrub(text)
        kinds.update(found.kinds)
        return found.text

    return texts.map(one, na_action="ignore").astype(texts.dtype), kinds
