"""The house theme of charts, and charts as pictures: SVG for HTML and PDF, PNG at twice the size for DOCX."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, lru_cache
from multiprocessing.util import Finalize
from typing import Any, Final

from analysis.documents.fonts import SANS, font_directory, font_of, replace_uncovered
from analysis.messages import DuzhengError, Fault, Language

#: The memo's own unit, the others, and a reference line such as a target or the city's mean. Apart in hue for the
#: colour-blind, and in lightness (CIE L* 31, 60, 44) for a grey print; each at least 3:1 on white (WCAG 2.2, 1.4.11).
PICKED: Final = "#0B4A82"
OTHER: Final = "#86919E"
REFERENCE: Final = "#B4431F"
TEXT: Final = "#1F2328"
FAINT: Final = "#D9DDE2"

#: Unordered categories; at most six, and label them directly. Found by search: any two differ by 9 in lightness and by
#: 19 in colour (CIE 1976) for normal sight and for all three kinds of colour-blindness.
CATEGORIES: Final = ("#0B4A82", "#E1751B", "#4F8284", "#A33A4D", "#B9C1C9", "#24272D")
#: Ordered answers from bad to good around a pale middle; also in a grey print no two are alike.
ANSWERS: Final = ("#A6431C", "#D9925A", "#E6E6E3", "#9CC4E2", "#0B4A82")
#: More of one thing.
AMOUNTS: Final = ("#E3EDF6", "#B5D0E6", "#7FAFD3", "#3F7FB5", "#0B4A82")

_ALTAIR_VIEW = {"continuousWidth": 300, "continuousHeight": 300}  # what Altair writes where nobody chose
_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
_TEXT_NODE = re.compile(r">[^<>]+<")
_FAMILY = re.compile(r'font-family="[^"]*"')
_ID = re.compile(r'\bid="([^"]+)"')
_FAMILY_NAMES = frozenset({1, 4, 16})
_SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')


@dataclass(frozen=True)
class Picture:
    """A chart as a picture.

    Parameters
    ----------
    svg
        Text of the SVG; its text refers to the family Noto Sans SC.
    width, height
        Size of the SVG in CSS pixels.
    spec
        The specification as drawn: themed and printable.
    face
        The family that its text is drawn with; see :func:`face_for`.
    """

    svg: str
    width: float
    height: float
    spec: dict[str, Any]
    face: str = SANS

    @cached_property
    def png(self) -> bytes:
        """Bytes of the PNG, twice as many pixels a side as the SVG has units; made when it is first asked for."""
        import vl_convert

        _register_fonts()
        drawn = self.svg.replace(f'font-family="{SANS}"', f'font-family="{self.face}"')
        made: bytes = vl_convert.svg_to_png(drawn, scale=2)
        return made


def house_theme() -> dict[str, Any]:
    """Give the Vega-Lite configuration of the house.

    Examples
    --------
    >>> house_theme()["font"]
    'Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif'
    """
    plain = {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelColor": TEXT,
        "titleColor": TEXT,
    }
    return {
        "font": f"{SANS}, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif",
        "background": "white",
        "padding": 6,
        "view": {"continuousWidth": 520, "continuousHeight": 280, "stroke": None},
        "axis": plain
        | {
            "domainColor": "#6B7280",
            "tickColor": "#6B7280",
            "tickSize": 4,
            "gridColor": FAINT,
            "gridWidth": 0.7,
            "labelLimit": 260,
            "labelPadding": 5,
            "titlePadding": 8,
            "labelOverlap": "greedy",
        },
        "axisX": {"grid": False, "labelAngle": 0},
        "axisLeft": {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": 0, "titleY": -12},
        "axisBand": {"grid": False, "ticks": False, "domain": True},
        "legend": plain
        | {
            "orient": "top",
            "direction": "horizontal",
            "labelLimit": 260,
            "symbolSize": 110,
            "offset": 26,
            "columnPadding": 18,
        },
        "header": plain | {"labelFontWeight": "normal"},
        "title": {"fontSize": 15, "fontWeight": "normal", "anchor": "start", "color": TEXT, "offset": 10},
        "text": {"fontSize": 13, "color": TEXT},
        "bar": {"color": PICKED},
        "line": {"strokeWidth": 2.4, "color": PICKED},
        "point": {"size": 60, "filled": True, "color": PICKED},
        "area": {"color": PICKED, "opacity": 0.25},
        "rule": {"color": REFERENCE, "strokeWidth": 1.6, "strokeDash": [5, 3]},
        "tick": {"color": PICKED, "thickness": 2.4},
        "errorbar": {"rule": {"strokeDash": [1, 0], "color": TEXT}},
        "range": {
            "category": list(CATEGORIES),
            "ordinal": list(AMOUNTS),
            "ramp": list(AMOUNTS),
            "heatmap": list(AMOUNTS),
            "diverging": list(ANSWERS),
        },
    }


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return replace_uncovered(value)[0]
    if isinstance(value, Mapping):
        return {_printable(key): _printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item) for item in value]
    return value


def _merged(below: dict[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _merged(old, value) if isinstance(old, dict) and isinstance(value, Mapping) else value
    return merged


def themed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Put the house theme under a specification, and make its texts printable.

    What the specification says itself wins, but for the size that Altair writes where nobody chose one.

    Parameters
    ----------
    spec
        A complete Vega-Lite specification.

    Examples
    --------
    >>> themed({"mark": "bar", "config": {"view": {"continuousWidth": 300}}})["config"]["view"]["continuousWidth"]
    520
    """
    drawn: dict[str, Any] = _printable(deepcopy(dict(spec)))
    own = drawn.get("config", {})
    view = {key: value for key, value in own.get("view", {}).items() if _ALTAIR_VIEW.get(key) != value}
    drawn["config"] = _merged(house_theme(), own | {"view": view})
    return drawn


@lru_cache(maxsize=1)
def vega_lite_version() -> str:
    """Give the newest Vega-Lite of major version 6 that the packaged converter has."""
    import vl_convert

    known = [version for version in vl_convert.get_vegalite_versions() if version.startswith("6.")]
    return str(max(known, key=lambda version: [int(part) for part in version.split(".")]))


def _renumber(svg: str) -> str:
    """Count an SVG's ids from 1: Vega counts clip paths on from chart to chart."""
    for position, name in enumerate(dict.fromkeys(_ID.findall(svg)), start=1):
        svg = svg.replace(f'id="{name}"', f'id="part{position}"').replace(f"url(#{name})", f"url(#part{position})")
    return svg


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(font_directory()))


@lru_cache(maxsize=4)
def _trimmed(font_css: str) -> tuple[str, frozenset[int]]:
    """Register the subset of a run's characters under a family name of its own; give the name and the characters."""
    import vl_convert

    font = font_of(font_css)
    if font is None:
        return SANS, frozenset()
    family = f"Duzheng-{hashlib.sha256(font_css.encode()).hexdigest()[:8]}"
    for record in font["name"].names:
        if record.nameID in _FAMILY_NAMES:
            record.string = family
    folder = tempfile.mkdtemp(prefix="duzheng-")
    Finalize(None, shutil.rmtree, (folder,), {"ignore_errors": True}, exitpriority=0)  # workers run no atexit
    font.save(f"{folder}/{family}.otf")
    vl_convert.register_font_directory(folder)
    return family, frozenset(font.getBestCmap())


def face_for(text: str, font_css: str) -> str:
    """Choose the family that a chart is drawn with: the subset of a run if it has all characters, else the whole font.

    The picture is the same, for a subset keeps widths, kerning and outlines; but a large font is read anew for every
    text, so that drawing with it takes twice as long.

    Parameters
    ----------
    text
        All that the chart may say.
    font_css
        CSS of :func:`analysis.documents.fonts.subset_css`, or an empty text.
    """
    family, known = _trimmed(font_css)
    return family if known >= {ord(character) for character in text} else SANS


def draw(spec: Mapping[str, Any], language: Language = "zh-Hans", font_css: str = "") -> Picture:
    """Draw a chart with the packaged fonts; no network, no font of the system.

    Parameters
    ----------
    spec
        A complete Vega-Lite 6 specification with its data inside.
    language
        The language of the chart's texts. In English, curly quotation marks are set straight: in a Han font they are
        as wide as a Han character.
    font_css
        CSS of :func:`analysis.documents.fonts.subset_css`, to draw with the characters of a run, or an empty text.

    Raises
    ------
    DuzhengError
        DZ-D001 if the specification cannot be drawn, or asks for data from a network.

    Examples
    --------
    >>> picture = draw({"data": {"values": [{"a": "甲", "b": 1}]}, "mark": "bar",
    ...                 "encoding": {"x": {"field": "b", "type": "quantitative"}, "y": {"field": "a"}}})
    >>> picture.svg.startswith("<svg"), picture.png[1:4], picture.width > 500
    (True, b'PNG', True)
    """
    import vl_convert

    _register_fonts()
    drawn = themed(spec)
    # one family name: the list of fallbacks is for browsers, and the converter would measure it otherwise
    written = json.dumps(drawn, ensure_ascii=False)
    face = face_for(written, font_css)
    measured = drawn | {"config": drawn["config"] | {"font": face}}
    try:
        svg: str = vl_convert.vegalite_to_svg(
            json.dumps(measured, ensure_ascii=False), vl_version=vega_lite_version(), allowed_base_urls=[]
        )
        svg = _FAMILY.sub(f'font-family="{SANS}"', svg)
        if language == "en":
            svg = _TEXT_NODE.sub(lambda found: found[0].translate(_STRAIGHT), svg)
        svg = _renumber(svg)
    except ValueError as error:
        raise DuzhengError(
            Fault(
                "DZ-D001",
                found=f"a chart that cannot be drawn: {' '.join(str(error).split())[:300]}",
                expected="a complete Vega-Lite 6 specification with its data inside",
                hint="draw the chart in a notebook first, and give it data as a frame, not as an address",
            )
        ) from error
    size = _SIZE.search(svg)
    if size is None:
        raise DuzhengError(
            Fault("DZ-D001", found="an SVG without a size", expected="width and height on the svg element")
        )
    return Picture(svg, float(size[1]), float(size[2]), drawn, face)
