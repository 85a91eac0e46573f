"""Changes of a questionnaire written for the terminal, as Markdown, and as a page with both sides."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from analysis.surveys.changes import EFFECTS, NAMES, Change, diff
from analysis.surveys.survey import Survey

STYLE = """
body{font-family:"Noto Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif;margin:2rem auto;max-width:72rem;
padding:0 1rem;color:#1f2328;line-height:1.5}
h1{font-size:1.5rem;margin-bottom:.2rem} h2{font-size:1.1rem;margin:2rem 0 .5rem}
p.counts{margin:.2rem 0 1.5rem;color:#57606a}
table{border-collapse:collapse;width:100%;table-layout:fixed;font-size:.95rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .6rem;border-bottom:1px solid #d8dee4;overflow-wrap:anywhere}
thead th{border-bottom:2px solid #8c959f;font-weight:600}
col.what{width:20%} col.effect{width:17%}
td.what b{display:block} td.what span{color:#57606a}
ins{background:#d3f0da;text-decoration:none} del{background:#fbdcd8;text-decoration:none}
.mark{display:inline-block;border:1px solid;border-radius:.2rem;padding:0 .4rem;font-size:.85rem;white-space:nowrap}
.loses .mark{color:#8f1d14;border-color:#8f1d14;background:#fdefed} .breaks .mark{color:#7a4d00;border-color:#7a4d00;
background:#fff6e0} .safe .mark{color:#1f5e33;border-color:#1f5e33;background:#edf8f0}
td small{display:block;color:#57606a;margin-top:.15rem}
@media print{body{margin:0;max-width:none}}
""".strip()


def summary(changes: Sequence[Change]) -> str:
    """Say how many changes there are of each effect."""
    counts = {effect: sum(change.effect == effect for change in changes) for effect in EFFECTS}
    said = [f"{NAMES[effect]}: {count}" for effect, count in counts.items() if count]
    return ", ".join(said) or "no changes"


def as_text(changes: Sequence[Change]) -> str:
    """Write changes for the terminal, the weightiest first."""
    lines = []
    for effect in EFFECTS:
        chosen = [change for change in changes if change.effect == effect]
        if chosen:
            lines += ["", f"{NAMES[effect]}:"]
        for change in chosen:
            why = f"  ({change.why})" if change.why else ""
            lines.append(f"  {_what(change)}{why}")
            lines += [f"    - {change.old}"] if change.old else []
            lines += [f"    + {change.new}"] if change.new else []
    return "\n".join([summary(changes), *lines])


def as_markdown(changes: Sequence[Change], old: Survey, new: Survey) -> str:
    """Write changes as a Markdown table, the weightiest first."""
    head = f"# {old.name} → {new.name}\n\n{summary(changes)}\n"
    if not changes:
        return head
    rows = []
    for change in sorted(changes, key=lambda change: EFFECTS.index(change.effect)):
        cells = (NAMES[change.effect], _what(change), change.old, change.new, change.why)
        rows.append(f"| {' | '.join(map(_cell, cells))} |")
    return "\n".join([head, "| effect | of | before | now | why |", "|---|---|---|---|---|", *rows, ""])


def as_html(pairs: Sequence[tuple[Survey, Survey]]) -> str:
    """Write pairs of questionnaires as one page, old and new side by side, with what differs marked in the text."""
    from analysis.documents import subset_css

    parts = "".join(_pair(old, new) for old, new in pairs)
    names = ", ".join(f"{old.name} → {new.name}" for old, new in pairs)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(names)}</title><style>{subset_css(set(parts))}{STYLE}</style></head><body><main>{parts}</main></body></html>\n"
    )


def _pair(old: Survey, new: Survey) -> str:
    changes = diff(old, new)
    title = html.escape(f"{old.name} → {new.name}")
    rows = "".join(_row(change) for effect in EFFECTS for change in changes if change.effect == effect)
    table = (
        '<table><colgroup><col class="what"><col class="effect"><col><col></colgroup><thead><tr>'
        f'<th scope="col">Of</th><th scope="col">Effect</th><th scope="col">{html.escape(old.file)}</th>'
        f'<th scope="col">{html.escape(new.file)}</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    files = f'<p class="counts">{summary(changes)}</p>'
    return f"<section><h1>{title}</h1>{files}{table if changes else ''}</section>"


def _row(change: Change) -> str:
    old, new = _marked(change.old, change.new)
    why = f"<small>{html.escape(change.why)}</small>" if change.why else ""
    of = f"<b>{html.escape(change.of)}</b>" if change.of else ""
    return (
        f'<tr class="{change.effect}"><td class="what">{of}<span>{html.escape(change.part)}</span></td>'
        f'<td><span class="mark">{NAMES[change.effect]}</span>{why}</td><td>{old}</td><td>{new}</td></tr>'
    )


def _marked(old: str, new: str) -> tuple[str, str]:
    """Mark what differs: signs of Chinese, words of English."""
    one, two = list(_tokens(old)), list(_tokens(new))
    left, right = [], []
    for what, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        before, after = html.escape("".join(one[a:b])), html.escape("".join(two[c:d]))
        left.append(before if what == "equal" or not before else f"<del>{before}</del>")
        right.append(after if what == "equal" or not after else f"<ins>{after}</ins>")
    return "".join(left).replace(" | ", "<br>"), "".join(right).replace(" | ", "<br>")


def _tokens(text: str) -> Iterator[str]:
    yield from (match[0] for match in re.finditer(r"\w+(?<![㐀-鿿])|[㐀-鿿]|\s+\|\s+|\s+|.", text))


def _what(change: Change) -> str:
    return f"{change.of} {change.part}".strip()


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")
