"""Posters: a QR code a place, whose link says by a signed code where an answer comes from."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from analysis.documents.fonts import replace_uncovered
from analysis.documents.pandoc import FORMATS
from analysis.documents.pdf import typst_pdf
from analysis.documents.words import AUTHOR
from analysis.messages import DuzhengError, Fault, Texts
from analysis.surveys.formats.direction_words import day
from analysis.surveys.formats.paper.words import said
from analysis.surveys.places import PARAMETER, place_code
from analysis.surveys.questionnaire import Probability
from analysis.surveys.survey import Survey

if TYPE_CHECKING:
    import pandas as pd

PerPage = Literal[1, 4, 8]
#: The width of a code with its quiet zone, by how many are on a page, and of its smallest part, in millimetres.
WIDTHS: Final[dict[int, float]] = {1: 96, 4: 60, 8: 44}
LEAST_PART = 0.7
#: The quiet zone that ISO/IEC 18004 asks for, in parts.
QUIET = 4
_SENTENCE = re.compile(r".*?[。！？!?…]|.*?\.(?=\s|$)", re.DOTALL)
_WORDS: Final[dict[str, Texts]] = {
    "scan": {"zh-Hans": "扫一扫，填问卷", "en": "Scan to answer"},
    "label": {"zh-Hans": "地点编码", "en": "Place code"},
    "names": {
        "zh-Hans": "编码只说明问卷贴在哪里，不说明您是谁。",
        "en": "The code names the place, not you.",
    },
    "minutes": {"zh-Hans": "大约需要{minutes:g}分钟", "en": "It takes about {minutes:g} minutes"},
    "until": {"zh-Hans": "，{day}截止", "en": ", until {day}"},
}


def posters(
    survey: Survey,
    places: pd.DataFrame,
    link: str,
    key: bytes,
    *,
    per_page: PerPage = 1,
    until: dt.date | None = None,
) -> bytes:
    """Make posters with the link to a questionnaire, one a place.

    Parameters
    ----------
    survey
        The questionnaire: ``open``, or a ``census`` of named schools.
    places
        As :func:`analysis.surveys.places.read_places` gives them.
    link
        Where the questionnaire is answered. Each place's link is this with ``place=CODE`` added to its query.
    key
        As :func:`analysis.surveys.keys.place_key` gives it.
    per_page
        One poster, or four or eight cards to be cut out.
    until
        The last day.

    Returns
    -------
    bytes
        A PDF (PDF/A-2a, PDF/UA-1) on A4; the same bytes for the same input. Codes correct at least 15 % of errors.

    Raises
    ------
    DuzhengError
        DZ-Q013, every fault at once: respondents drawn by chance, a link that is none of the web or has a place
        already, no place, a day before the wave or after the approval's end, characters that no packaged font has.
    """
    faults = list(_faults(survey, places, link, per_page, until))
    if faults:
        raise DuzhengError.of(faults)
    rows = []
    for place, chinese, english in zip(places["place"], places["name_zh"], places["name_en"], strict=True):
        names = [chinese, *([english] if isinstance(english, str) and "en" in survey.questionnaire.languages else [])]
        code = place_code(place, survey.name, key)
        whole = place_link(link, code)
        rows.append({"names": names, "code": code, "link": whole, "svg": _square(whole, per_page)})
    data = _texts(survey, until) | {"places": rows, "per-page": per_page}
    source = (FORMATS / "poster.typ").read_bytes()
    date = f"{survey.questionnaire.wave}-01-01"
    return typst_pdf(source, date, {"data": json.dumps(data, ensure_ascii=False)})


def place_link(link: str, code: str) -> str:
    """Add a place's code to a link; its own query stays before, and what comes after ``#`` stays behind.

    >>> place_link("https://example.org/index.php/12345?lang=zh-Hans#top", "14KA-C154")
    'https://example.org/index.php/12345?lang=zh-Hans&place=14KA-C154#top'
    """
    parts = urlsplit(link)
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit(parts._replace(query=f"{query}{PARAMETER}={code}"))


def _square(link: str, per_page: int) -> str:
    """Draw a QR code: correcting 25 % of errors on posters, which hang outdoors, and 15 % or more on cards."""
    import segno

    code = segno.make(link, error="q" if per_page == 1 else "m", micro=False, boost_error=True)
    stream = io.BytesIO()
    code.save(stream, kind="svg", border=QUIET, xmldecl=False, scale=1, light="#fff")
    return stream.getvalue().decode()


def _texts(survey: Survey, until: dt.date | None) -> dict[str, Any]:
    """Give what every poster says, each in the questionnaire's languages, Chinese first."""
    sheet = survey.questionnaire
    languages = sorted(sheet.languages, key=lambda language: language != "zh-Hans")

    def each(texts: Texts, **values: Any) -> list[str]:
        return [texts[language].format(**values) if values else texts[language]
                for language in languages if language in texts]  # fmt: skip

    short = []
    for language in languages:
        minutes = _WORDS["minutes"][language].format(minutes=sheet.minutes)
        end = _WORDS["until"][language].format(day=day(until, language)) if until else ""
        short.append(minutes + end + ("。" if language == "zh-Hans" else "."))
    foot = [short]
    if sheet.marks:
        gap = {"zh-Hans": "　", "en": "   "}
        foot.append([
            gap[language].join([said("number", language, sheet.marks.number),
                                said("approval", language, sheet.marks.approval),
                                said("valid", language, day(sheet.marks.valid_until, language))])
            for language in languages
        ])  # fmt: skip
    return {
        "author": AUTHOR, "year": sheet.wave, "title": each(sheet.title), "scan": each(_WORDS["scan"]),
        "welcome": [_first(text) for text in each(sheet.welcome)], "label": each(_WORDS["label"]),
        "names-place": each(_WORDS["names"]), "privacy": each(sheet.consent.privacy), "short": short, "foot": foot,
    }  # fmt: skip


def _first(text: str) -> str:
    """Give the first sentence of a text.

    >>> _first("欢迎。请回答。"), _first("Welcome. Please answer.")
    ('欢迎。', 'Welcome.')
    """
    found = _SENTENCE.match(text)
    return found[0] if found else text


def _faults(survey: Survey, places: pd.DataFrame, link: str, per_page: int, until: dt.date | None) -> Iterator[Fault]:
    sheet = survey.questionnaire
    if isinstance(sheet.selection, Probability):
        file, line = survey.place("selection")
        yield Fault(
            "DZ-Q013", file=file, line=line, found="respondents drawn by chance",
            expected="a questionnaire that is open, or a census of named schools",
            hint="who was drawn gets an invitation of their own; a poster would let others answer, and estimates lose "
            "their ground",
        )  # fmt: skip
    wrong = list(_wrong_link(link))
    yield from wrong
    if per_page not in WIDTHS:
        yield Fault("DZ-Q013", found=f"{per_page} codes a page", expected="1, 4 or 8")
    if places.empty:
        yield Fault("DZ-Q013", found="no place", expected="one place or more")
    if until and until.year < sheet.wave:
        yield Fault("DZ-Q013", found=f"open until {until}", expected=f"a day of the wave {sheet.wave} or later")
    if until and sheet.marks and until > sheet.marks.valid_until:
        yield Fault(
            "DZ-Q013", found=f"open until {until}", expected=f"no day after {sheet.marks.valid_until}",
            hint="the approval ends then",
        )  # fmt: skip
    if not wrong and per_page in WIDTHS and not places.empty:
        yield from _too_fine(survey, places, link, per_page)
    yield from _unprintable(survey, places, until)


def _wrong_link(link: str) -> Iterator[Fault]:
    def fault(expected: str, hint: str = "") -> Fault:
        return Fault("DZ-Q013", found=f"the link {link!r}", expected=expected, hint=hint)

    try:
        parts = urlsplit(link)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        yield fault("an address of the web")
        return
    if parts.scheme.lower() not in {"http", "https"} or not host:
        yield fault("an address that begins with https:// or http:// and names a host")
    if not re.fullmatch(r"[!-~]+", link):
        hint = "write other characters as a browser copies them, such as %E5%8C%BA"
        yield fault("no spaces and only ASCII", hint)
    if parts.username or parts.password:
        yield fault("no name or password", "everybody can read a poster")
    if any(name == PARAMETER for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        yield fault(f"no {PARAMETER}= yet", "each poster gets its own")


def _too_fine(survey: Survey, places: pd.DataFrame, link: str, per_page: int) -> Iterator[Fault]:
    """Hold codes to a size that telephones read from paper."""
    import segno

    longest = max(map(str, places["place"]), key=len)
    whole = place_link(link, place_code(longest, survey.name, b"\0" * 16))
    error = "q" if per_page == 1 else "m"
    try:
        parts = segno.make(whole, error=error, micro=False).symbol_size(border=QUIET)[0]
    except segno.DataOverflowError:
        parts = 10**6
    if WIDTHS[per_page] / parts < LEAST_PART:
        yield Fault(
            "DZ-Q013", found=f"a link of {len(whole)} characters", expected="one whose code can be read from paper",
            hint="use a shorter link" + ("" if per_page == 1 else ", or fewer codes a page"),
        )  # fmt: skip


def _unprintable(survey: Survey, places: pd.DataFrame, until: dt.date | None) -> Iterator[Fault]:
    """Find characters that would be printed as 〓: on a public poster nobody would mend them."""
    for row in places.to_dict("records"):
        for column in ("name_zh", "name_en"):
            _, lost = replace_uncovered(row[column]) if isinstance(row[column], str) else ("", [])
            if lost:
                yield Fault(
                    "DZ-Q013",
                    file=str(row.get("file", "")),
                    row=row.get("row"),
                    column=column,
                    found=f"{row[column]!r} with {' '.join(map(repr, lost))}",
                    expected="characters that can be printed",
                    hint="write the name in other characters",
                )
    shown = json.dumps(_texts(survey, until), ensure_ascii=False)
    _, lost = replace_uncovered(shown)
    if lost:
        yield Fault(
            "DZ-Q013", file=survey.file, found=f"title, welcome, privacy or marks with {' '.join(map(repr, lost))}",
            expected="characters that can be printed", hint="posters show these texts: write them in other characters",
        )  # fmt: skip
