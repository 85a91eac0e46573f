"""The web page as one file: fonts, style, charts and the script that brings the charts to life."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from analysis.documents.charts import Picture, vega_lite_version
from analysis.documents.pandoc import FORMATS

_GLOBAL = "window.vegaEmbed = vegaEmbed;"
_IDS = re.compile(r'\bid="([^"]+)"')


def page_svg(svg: str, prefix: str) -> str:
    """Make the ids of an SVG unique in a page, and leave its speaking to the text alternative of the figure.

    Parameters
    ----------
    svg
        The SVG; two charts of Vega's both call their first clip path ``clip1``.
    prefix
        What makes the ids unique.

    Examples
    --------
    >>> page_svg('<svg width="1"><g clip-path="url(#clip1)"/><clipPath id="clip1"/></svg>', "figure-2")
    '<svg aria-hidden="true" width="1"><g clip-path="url(#figure-2-clip1)"/><clipPath id="figure-2-clip1"/></svg>'
    """
    for name in dict.fromkeys(_IDS.findall(svg)):
        svg = svg.replace(f'id="{name}"', f'id="{prefix}-{name}"').replace(f"url(#{name})", f"url(#{prefix}-{name})")
    return svg.replace("<svg ", '<svg aria-hidden="true" ', 1)


def page_spec(picture: Picture) -> str:
    r"""Write a specification as JSON that may stand in a script element.

    Examples
    --------
    >>> page_spec(Picture("", 1, 1, {"a": "</script>"}))
    '{"a":"\\u003c/script>"}'
    """
    return _script_json(picture.spec)


def _script_json(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    return (
        written.replace("<", "\\u003c")
        .replace("\N{LINE SEPARATOR}", "\\u2028")
        .replace("\N{PARAGRAPH SEPARATOR}", "\\u2029")
    )


@lru_cache(maxsize=1)
def _vega() -> str:
    import vl_convert

    bundle: str = vl_convert.javascript_bundle(_GLOBAL, vl_version=vega_lite_version())
    return bundle.replace("</script", "<\\/script")


def print_notice(notice: str) -> str:
    r"""Give the CSS that prints a notice at the head of every page of paper.

    Examples
    --------
    >>> print_notice("A<")
    '@page{@top-center{content:"\\000041\\00003c";font:10pt "Noto Sans SC",sans-serif}}'
    """
    written = "".join(f"\\{ord(character):06x}" for character in notice)
    return f'@page{{@top-center{{content:"{written}";font:10pt "Noto Sans SC",sans-serif}}}}' if notice else ""


def complete_page(page: str, *, font_css: str, live: bool, notice: str = "") -> str:
    """Put fonts, style and script into a page that pandoc made.

    Parameters
    ----------
    page
        The page with its three marks.
    font_css
        ``@font-face`` rules of :func:`analysis.documents.fonts.subset_css`, or an empty text.
    notice
        What every printed page says at its head, or an empty text.
    live
        Whether the page has charts, and so needs 0.9 MB of script.
    """
    style = (FORMATS / "memo.css").read_text(encoding="utf-8") + print_notice(notice)
    script = (FORMATS / "memo.js").read_text(encoding="utf-8")
    scripts = f'<script>{_vega()}</script>\n<script type="module">\n{script}</script>' if live else ""
    for mark, content in (("<!--fonts-->", font_css), ("<!--style-->", style.strip()), ("<!--script-->", scripts)):
        head, found, tail = page.rpartition(mark)
        if not found:
            raise ValueError(f"the page template has no {mark}")
        page = head + content + tail
    return page
