"""The disclosure scan: whether a comment may be quoted, or tells of somebody."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Literal, get_args

from analysis.satisfaction.open_answers.segmentation import HAN, cutter, normalise, stop_words
from analysis.surveys.personal import scrub
from analysis.workspace.yaml_files import parse_yaml

Reason = Literal["number", "contact", "removed", "name", "class", "school", "place", "date", "sensitive", "combination"]
REASONS: tuple[Reason, ...] = get_args(Reason)

_N = "一二三四五六七八九十"
#: Tags of the dictionary for names of persons, places, bodies and others; it gives them to some ordinary words as well.
_TAGS: Mapping[str, Reason] = {"nr": "name", "nrt": "name", "nrfg": "name", "ns": "place", "nt": "place", "nz": "place"}


def _any(*forms: str) -> re.Pattern[str]:
    """Join forms of which one must be there; ``N`` stands for a numeral or digit, ``H`` for a Han character."""
    return re.compile("|".join(forms).replace("‹N›", rf"[{_N}\d]").replace("‹H›", f"[{HAN}]"))


_SCHOOL = _any(
    r"(?:第‹N›+|实验|外国语|附属|中心|师大|师范|育才|启蒙|双语|国际|民族)(?:小学|中学|初中|高中|学校|幼儿园|学院)",
    r"‹H›{1,4}(?:附中|附小|附属)",
    rf"(?<![其期初高年])[{_N}]中(?=的|门口|学|老师|校|\W|$)",
)
_CLASS = _any(
    r"[初高‹N›]{1,3}\s*[(\[]\s*‹N›{1,2}\s*[)\]]\s*班?".replace("[初高‹N›]", rf"[初高{_N}\d]"),
    r"(?<!‹N›)‹N›{1,3}\s?班(?![车次级额])",
    r"(?:年级|初[一二三]|高[一二三])\s*‹N›{1,2}\s*班",
    r"\bclass\s?(?:no\.?\s?)?\d|\b\d{1,2}[a-f]\b|\b(?:room|form)\s?\d",
)
_PLACE = _any(
    rf"[\d{_N}百]+\s?(?:号楼?|弄|室|栋|幢|单元|楼)(?!线)",
    r"‹H›(?:新村|花园|公寓|大厦)",
    r"‹H›{2}(?<![马道线出公铁网思走跑条学的电半上家同绕修堵段])路(?=‹H›?[上口边旁的小校段]|\d|\W|$)",
    r"‹H›(?<![个建边近壁们本的新在我住民老式进出居])小区",
    r"‹H›{2}(?<![城街乡的])镇(?![静定])|‹H›{2}(?<![农乡山城的])村",
    r"‹H›(?<![个们本的在老近边进入和到各区])(?:街道|居委)",
    r"\b(?:road|street|lane|avenue|estate)\b",
)
_DATE = _any(
    r"\d{2,4}\s?[年./-]\s?\d{1,2}|\d{1,2}\s?月\s?\d{1,2}",
    rf"[{_N}]+月[{_N}]+[日号]|生日|[\d零〇{_N}]{{2,4}}年(?:\d+月)?(?:出?生|的孩子)",
    r"\b(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s?\d|\bborn\b",
)
_CONTACT = _any(r"@|https?:|www\.|微信号|微信:|加我|群号|qq\s?[:号]|\bvx\b|\bwechat id\b")
_REMOVED = re.compile("〔[^〕]{1,8}〕")
_NUMBER = re.compile(r"\d(?:[ -]?\d){4,}")
#: Names in Latin letters: a title, or a capital within a sentence. Looked for in the text as it was written.
_LATIN_NAME = _any(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir)\.?\s+[A-Z]",
    r"\b(?:[Tt]eacher|[Pp]rincipal|[Hh]eadmaster|[Cc]oach)\s+[A-Z][a-z]",
    r"(?<=[a-z,;:] )(?!I\b|I'|PE\b|IT\b|AI\b|English\b|Chinese\b|Maths?\b|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
    r"[A-Z][a-z]+",
)
_ONLY = _any(r"唯一|就我一个|只有我|独此|\bthe only\b")
_OWN = _any(
    r"我(?:的|家|们家)?(?:孩子|儿子|女儿|娃|宝|弟|妹|孙)|我家|本人|我是|我有",
    r"\bmy (?:son|daughter|child|kid)\b|\bi am\b|\bi have\b",
)
_SENSITIVE = _any(
    "自闭|多动|残疾|智力|癫痫|抑郁|焦虑症|自杀|自残|癌|去世|坐牢|单亲|离婚|离异|低保|贫困|养父|养母|继父|继母|孤儿",
    "双胞胎|三胞胎|外籍|少数民族|性侵|猥亵|怀孕|艾滋",
    r"\bautis|\badhd\b|\bdisab|\bdepress|\bdivorc|\bsingle (?:mother|father|parent)|\btwins?\b",
)
#: What tells little alone and somebody together with another of them.
_TRAITS: dict[str, re.Pattern[str]] = {
    "grade": _any(r"‹N›\s?年级|初[一二三]|高[一二三]|毕业班|预备班|[小中大]班(?!额)|\bgrade\s?\d|\byear\s?\d"),
    "age": _any(r"(?<!‹N›)‹N›{1,3}\s?周?岁|\b\d+[- ]years?[- ]old\b"),
    "teacher": _any(
        r"(?:语文|数学|英语|体育|音乐|美术|科学|物理|化学|生物|历史|地理|政治|道法|信息|心理|劳技)(?:课?的?)老师",
        r"班主任|[副正]?校长|园长|教导主任|年级组长|教研组长|保健老师|辅导员",
        r"\b(?:maths?|english|chinese|science|music|art|pe) teacher\b",
    ),
    "origin": _any(r"户籍|户口|老家|[来从]自|籍贯|[东西南北]方人|\bfrom (?:abroad|another)"),
    "position": _any(
        r"我是.{0,8}(?:代表|委员|书记|组长|委会|会长|干部|律师|医生|记者)|家委会(?:主任|会长)|\bi am (?:a|the)\b"
    ),
    "event": _any(r"一等奖|二等奖|冠军|状元|第一名|开除|处分|转学|休学|留级|骨折|住院|报警|\bexpelled\b|\bsuspended\b"),
    "family": _any(r"二胎|三胎|二孩|三孩|弟弟|妹妹|哥哥|姐姐|爷爷奶奶|外公|外婆|隔代|留守"),
}


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    """Read what is known of names; surnames are single characters, the others words."""
    text = resources.files("analysis.satisfaction.open_answers").joinpath("names.yaml").read_text(encoding="utf-8")
    said = parse_yaml(text, "names.yaml")
    return {key: frozenset(of.strip() if key in {"clear", "other"} else of.split()) for key, of in said.items()}


@lru_cache(maxsize=1)
def _said_name() -> re.Pattern[str]:
    known = _lists()
    surnames = "".join(sorted(known["clear"] | known["other"]))
    return _any(
        r"(?:我叫|名叫|叫做|名字[叫是])\s?:?‹H›|姓名\s?[:是]", f"(?<!百)姓[{surnames}]",
        rf"(?:{'|'.join(sorted(known['compound']))})‹H›",
        rf"[小老阿](?:{'|'.join(sorted(known['clear']))})", r"\b(?:my name|named|laoshi)\b",
    )  # fmt: skip


def _names(plain: str, exempt: frozenset[str]) -> Iterator[Reason]:
    """Find names by the dictionary, and by surnames that stand alone as words or before a title."""
    known = _lists()
    clear, other, titles = known["clear"], known["other"], known["titles"]
    tagged = cutter().tagged(plain)
    for at, (word, tag) in enumerate(tagged):
        before = tagged[at - 1][0] if at else ""
        after = tagged[at + 1][0] if at + 1 < len(tagged) else ""
        if len(word) == 1:
            counted = word == "张" and before[-1:] in {*_N, *"两几这那每半0123456789"}
            if (word in clear and not counted) or (word in other and (after in titles or _given(tagged[at + 1 :]))):
                yield "name"
        elif word[0] in clear | other and word[1:] in titles:
            yield "name"
        elif tag in _TAGS and word not in exempt and word not in known["ordinary"] and not word.startswith("太"):
            yield "school" if _TAGS[tag] == "place" and after in known["schools"] else _TAGS[tag]


def _given(words: list[tuple[str, str]]) -> bool:
    """Tell whether one or two single characters stand before a title, as a given name does."""
    names = [word for word, _ in words[:3]]
    titles = _lists()["titles"]
    return any(names[n] in titles and all(len(word) == 1 for word in names[:n]) for n in range(1, len(names)))


#: What is looked for in the text as it is compared.
_LOOKS: tuple[tuple[Reason, Callable[[str], object]], ...] = (
    ("number", _NUMBER.search), ("contact", _CONTACT.search), ("removed", _REMOVED.search),
    ("name", lambda text: _said_name().search(text)), ("class", _CLASS.search), ("school", _SCHOOL.search),
    ("place", _PLACE.search), ("date", _DATE.search),
    ("sensitive", lambda text: _ONLY.search(text) or (_OWN.search(text) and _SENSITIVE.search(text))),
    ("combination", lambda text: sum(bool(trait.search(text)) for trait in _TRAITS.values()) > 1),
)  # fmt: skip


@lru_cache(maxsize=65536)
def scan(text: str, exempt: frozenset[str] = frozenset()) -> tuple[Reason, ...]:
    """Tell why a comment may not be quoted.

    Parameters
    ----------
    text
        A comment.
    exempt
        Words that are no names, such as the terms of a code frame.

    Returns
    -------
    tuple of str
        Reasons in the order of :data:`REASONS`; none if it may be quoted. ``number``: what
        :func:`analysis.surveys.personal.scrub` finds, and five digits or more. ``contact``: addresses,
        accounts. ``removed``: something was taken out when answers were collected. ``name``: a surname before a title
        or as a word of its own, a name of the dictionary, 我叫…; in English a title or a capital within a sentence.
        ``class``, ``school``, ``place`` (of the dictionary, or a street, estate, village or number of a house),
        ``date``. ``sensitive``: health, family or hardship of the writer's own, and whoever says to be the only one.
        ``combination``: two of grade, age, which teacher, origin, position, event, brothers and sisters.

    Notes
    -----
    It would rather refuse ten that tell nothing than let one pass that does: names of the dictionary are noisy.
    Whoever publishes a quotation still reads it. Names that are ordinary words and stand without a title are not found.

    Examples
    --------
    >>> scan("三（2）班的王老师常拖堂"), scan("一年级的数学老师换了三个"), scan("食堂的菜总是凉的")
    (('name', 'class'), ('combination',), ())
    """
    plain = normalise(text)
    found: set[Reason] = {reason for reason, look in _LOOKS if look(plain)}
    found |= {"contact" if kind in {"email", "account"} else "number" for kind in scrub(text).kinds}
    found |= {"name"} if _LATIN_NAME.search(text) else set()
    found |= set(_names(plain, exempt | stop_words()))
    return tuple(reason for reason in REASONS if reason in found)
