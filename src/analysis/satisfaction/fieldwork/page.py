"""Fieldwork of one wave on one page that refreshes itself, and in lines for the terminal."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.messages import NO_VALUE, Language, pick, write_number
from analysis.satisfaction.fieldwork.monitoring import FEWEST_SHOWN, Fieldwork
from analysis.satisfaction.words import said
from analysis.surveys.labels import item_labels

if TYPE_CHECKING:
    import pandas as pd

_LONGEST = 12  #: rows of the longer tables
_HALF = 0.5  #: answers below which so many are written as 0
_STYLE = """
:root{color-scheme:light} body{font-family:"Noto Sans SC","PingFang SC","Microsoft YaHei",system-ui,sans-serif;
margin:0 auto;max-width:70rem;padding:1rem 1.2rem 3rem;color:#1f2328;line-height:1.5}
h1{font-size:1.5rem;margin:.4rem 0 .1rem} h2{font-size:1.15rem;margin:2.2rem 0 .4rem;border-top:1px solid #d8dee4;
padding-top:1rem} p{margin:.3rem 0} .faint{color:#57606a;font-size:.92rem} .notice{background:#fff6e0;color:#5f3c00;
border:1px solid #c78a1b;padding:.4rem .8rem;border-radius:.2rem}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.6rem;margin:1rem 0}
dl div{border:1px solid #d8dee4;border-radius:.2rem;padding:.5rem .7rem} dt{color:#57606a;font-size:.9rem}
dd{margin:0;font-size:1.5rem} dd small{display:block;font-size:.85rem;color:#57606a}
.scroll{overflow-x:auto} table{border-collapse:collapse;width:100%;font-size:.93rem;margin:.4rem 0}
caption{text-align:left;padding:.3rem 0;font-weight:600} th,td{padding:.25rem .55rem;border-bottom:1px solid #e3e7eb;
text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums} th:first-child{text-align:left;min-width:6em;
white-space:normal} thead th{border-bottom:2px solid #8c959f;font-weight:600} tbody th{font-weight:400}
h3{font-size:.93rem;margin:.8rem 0 .2rem} figure{margin:.6rem 0} figure svg{max-width:100%;height:auto}
@media print{body{max-width:none}}
""".strip()


class _Sheet:
    """Words, numbers and tables of one page in one language."""

    def __init__(self, of: Fieldwork, language: Language, labels: Labels | None) -> None:
        self.of, self.language = of, language
        self.labels = item_labels(of.survey).under(labels or Labels())
        self.pictures = 0

    def said(self, key: str, **values: object) -> str:
        return said("fieldwork", key, self.language, **values)

    def head(self, column: str) -> str:
        return self.labels.head(column, self.language)

    def name(self, column: str, code: Any) -> str:
        return self.labels.name(column, code, self.language)

    def group(self, row: Mapping[Any, Any], by: Sequence[str]) -> str:
        return " · ".join(self.name(column, row[column]) for column in by)

    def facts(self) -> list[tuple[str, str, str]]:
        """Give the figures that come first: what, how much, and what is said beside it."""
        of, n = self.of, len(self.of.answers)
        found = [(self.said("answers"), write_number(n, 0), "")]
        if of.total is not None:
            row = of.total.iloc[0]
            found[0] = (
                self.said("answers"),
                write_number(n, 0),
                f"{self.said('drawn')} {write_number(row['drawn'], 0)}",
            )
            found += [
                (self.said("rr2"), percent(row["rr2"]), f"{percent(row['lower'])}–{percent(row['upper'])}"),
                (self.said("fill"), percent(row["fill"]), f"{self.said('behind')} {write_number(row['behind'], 0)}"),
            ]
        if of.ahead is not None:
            last = of.ahead.iloc[-1]
            span = f"{write_number(last['lower'], 0)}–{write_number(last['upper'], 0)} (90%)"
            found.append((self.said("final"), write_number(last["expected"], 0), span))
        if of.even is not None:
            row = of.even.iloc[0]
            found.append((self.said("r"), write_number(row["value"], 2),
                          f"{write_number(row['lower'], 2)}–{write_number(row['upper'], 2)}"))  # fmt: skip
        found.append((self.said("minutes"), write_number(of.answers["minutes"].median(), 1), ""))
        return found

    def responses(self, column: str, rows: pd.DataFrame | None = None) -> tuple[list[str], list[list[str]]]:
        """Give response by a column; of places with few answers no rates."""
        frame = self.of.groups[column] if rows is None else rows
        keys = ("drawn", "answers", "rr1", "rr2", "interval", "fill", "expected", "behind", "breakoff")
        head, written = self.head(column), []
        for row in frame.to_dict("records"):
            cells = {
                "drawn": write_number(row["drawn"], 0), "answers": write_number(row["answers"], 0),
                "rr1": percent(row["rr1"]), "rr2": percent(row["rr2"]),
                "interval": f"{percent(row['lower'])}–{percent(row['upper'])}", "fill": percent(row["fill"]),
                "expected": write_number(row["expected"], 0), "behind": write_number(row["behind"], 0),
                "breakoff": percent(row["breakoff"]),
            }  # fmt: skip
            if column == self.of.place and row["answers"] < FEWEST_SHOWN:
                cells |= dict.fromkeys(("rr1", "rr2", "interval", "fill", "breakoff"), NO_VALUE)
            written.append([self.name(column, row[column]), *(cells[key] for key in keys)])
        return [head[:1].upper() + head[1:], *map(self.said, keys)], written

    def late(self) -> tuple[list[str], list[list[str]], str]:
        """Give the places that are behind plan, furthest first, and what is said of them."""
        frame = self.of.groups[self.of.place]
        behind = frame[frame["behind"] >= _HALF].sort_values("behind", ascending=False, kind="stable")
        shown = behind.head(_LONGEST)
        few = int((shown["answers"] < FEWEST_SHOWN).sum())
        said = [self.said("late_note", n=len(behind), places=len(frame)) if len(behind) else self.said("none_late")]
        said += [self.said("hidden", least=FEWEST_SHOWN, n=few)] if few else []
        return *self.responses(self.of.place, shown), self.together(said)

    def quota(self, frame: pd.DataFrame) -> tuple[str, list[str], list[list[str]], str]:
        """Give the emptiest cells of a margin: caption, heads, rows, and what is said of them."""
        by = [*frame.loc[:, :"answers"]][:-1]
        short = frame[frame["open"] >= _HALF]
        rows = [
            [self.group(row, by), write_number(row["answers"], 0), write_number(row["wanted"], 0),
             percent(row["fill"]), write_number(row["open"], 0)]
            for row in short.head(_LONGEST).to_dict("records")
        ]  # fmt: skip
        n = int(frame["answers"].sum())
        said = [self.said("wanted_note", n=write_number(n, 0))]
        said.append(self.said("short_note", n=len(short), cells=len(frame)) if rows else self.said("none_short"))
        beside = len(self.of.answers) - n
        said += [self.said("beside", n=write_number(beside, 0))] if beside else []
        caption = self.said("emptiest", n=len(rows), heads=" × ".join(map(self.head, by)))
        heads = [*map(self.said, ("group", "answers", "wanted", "filled", "missing"))]
        return caption, heads, rows, self.together(said)

    def together(self, sentences: Sequence[str]) -> str:
        return ("" if self.language == "zh-Hans" else " ").join(sentences)

    def strategies(self) -> tuple[list[str], list[list[str]]]:
        frame = self.of.compared
        names = {"none": "none", "chosen": "chosen", "random": "random", "all": "everybody"}
        rows = [] if frame is None else [
            [self.said(names[row["strategy"]]), write_number(row["reminders"], 0), write_number(row["answers"], 0),
             percent(row["rate"]), write_number(row["r"], 3), write_number(row["gain"], 3, signed=True)]
            for row in frame.to_dict("records")
        ]  # fmt: skip
        return [*map(self.said, ("strategy", "reminders", "more", "rate_after", "after", "gain"))], rows

    def reminders(self) -> tuple[list[str], list[list[str]]]:
        of, frame = self.of, self.of.remind
        rows = [] if frame is None else [
            [self.group(row, of.by), write_number(row["waiting"], 0), percent(row["rate"]), percent(row["chance"]),
             write_number(row["remind"], 0), percent(row["expected"])]
            for row in frame[frame["remind"] > 0].head(_LONGEST).to_dict("records")
        ]  # fmt: skip
        return [*map(self.said, ("group", "waiting", "rr2", "chance", "reminders", "rate_after"))], rows

    def signs(self) -> tuple[list[str], list[list[str]]]:
        flags = {name: self.of.answers[name] for name in ("speeder", "straight", "erratic")}
        rows = [[self.said(name), write_number(f.sum(), 0), percent(float(f.mean()))] for name, f in flags.items()]
        return [*map(self.said, ("sign", "answers", "share"))], rows

    def places(self) -> tuple[list[str], list[list[str]]]:
        rows = [
            [self.name(self.of.place, row[self.of.place]), write_number(row["answers"], 0), percent(row["top"]),
             percent(row["elsewhere"]), write_number(row["most"], 0), f"{row['when']:%Y-%m-%d %H:%M}"]
            for row in self.of.told[self.of.told["mobilised"]].to_dict("records")
        ]  # fmt: skip
        return [*map(self.said, ("place", "answers", "top", "elsewhere", "most", "when"))], rows

    def table(self, caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        name, top = html.escape(caption), "".join(f'<th scope="col">{html.escape(head)}</th>' for head in heads)
        body = ""
        for first, *rest in rows:
            cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in rest)
            body += f'<tr><th scope="row">{html.escape(first)}</th>{cells}</tr>'
        return (f'<div class="scroll" tabindex="0" role="region" aria-label="{name}"><table><caption>{name}</caption>'
                f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>")  # fmt: skip

    def picture(self, chart: Any, label: str) -> str:
        """Draw a chart into the page; ids are made unlike those of the charts before it."""
        from analysis.documents import draw

        self.pictures += 1
        svg = draw(chart.to_dict(), self.language).svg
        for old, new in (
            ('id="part', f'id="chart{self.pictures}part'),
            ("url(#part", f"url(#chart{self.pictures}part"),
        ):
            svg = svg.replace(old, new)
        svg = svg.replace("<svg ", '<svg aria-hidden="true" ', 1)
        return f'<figure role="img" aria-label="{html.escape(label)}">{svg}</figure>'

    def course(self) -> str:
        """Draw what is in, planned and forecast: at midnights, and now."""
        import altair as alt

        from analysis.documents.charts import OTHER, PICKED, REFERENCE

        of, plan = self.of, self.of.plan
        kinds = dict(zip(map(self.said, ("got", "plan", "ahead")), (PICKED, OTHER, REFERENCE), strict=True))
        got, planned, coming = kinds
        over = min(of.now, dt.datetime.combine(plan.closes, dt.time(), of.now.tzinfo)).replace(tzinfo=None)
        ends = [min(day + dt.timedelta(days=1), over) for day in of.days["day"]]
        points = [{"at": f"{plan.opened}T00:00", "value": 0.0, "what": got}]
        points += [{"at": f"{end:%Y-%m-%dT%H:%M}", "value": float(many), "what": got}
                   for end, many in zip(ends, of.days["cumulative"], strict=True)]  # fmt: skip
        points += [{"at": f"{plan.opened + dt.timedelta(days=n)}T00:00", "value": plan.wanted * plan.share(n),
                    "what": planned} for n in range(plan.days + 1)]  # fmt: skip
        known = 0 if of.ahead is None else int(of.ahead["answers"].notna().sum())
        band = [] if of.ahead is None else [
            {"at": f"{row['day'] + dt.timedelta(days=1):%Y-%m-%dT00:00}", "value": row["expected"], "low": row["lower"],
             "high": row["upper"], "what": coming} for row in of.ahead.iloc[known - 1 :].to_dict("records")
        ]  # fmt: skip
        step = {"interval": "day", "step": -(-plan.days // 10)}
        x = alt.X("at:T", title=None, axis=alt.Axis(format="%m-%d", tickCount=step))
        shown = {name: color for name, color in kinds.items() if band or name != coming}
        dashes = alt.Scale(domain=[*shown], range=[[1, 0], [6, 4], [2, 2]][: len(shown)])
        legend = alt.Legend(title=None, offset=34, symbolSize=500)
        lines = alt.Chart(alt.InlineData(values=[*points, *band])).mark_line().encode(
            x=x, y=alt.Y("value:Q", title=self.said("cumulative")),
            strokeDash=alt.StrokeDash("what:N", legend=legend, scale=dashes),
            color=alt.Color("what:N", legend=legend, scale=alt.Scale(domain=[*shown], range=[*shown.values()])),
        )  # fmt: skip
        area = alt.Chart(alt.InlineData(values=band)).mark_area(color=REFERENCE, opacity=0.15)
        layers = [lines, *([area.encode(x=x, y="low:Q", y2="high:Q")] if band else [])]
        return self.picture(alt.layer(*layers).properties(width=620, height=260), self.said("course"))

    def dots(self, column: str) -> str:
        """Draw the response of each category, with its interval, beside what is planned by now."""
        import altair as alt

        from analysis.documents.charts import OTHER, PICKED, REFERENCE

        rows = [{"name": self.name(column, row[column]), "rate": 100 * row["rr2"], "low": 100 * row["lower"],
                 "high": 100 * row["upper"], "plan": 100 * row["expected"] / row["drawn"]}
                for row in self.of.groups[column].sort_values("rr2", ascending=False).to_dict("records")]  # fmt: skip
        scale = alt.Scale(zero=False, padding=16)
        base = alt.Chart(alt.InlineData(values=rows)).encode(
            x=alt.X("rate:Q", scale=scale, title=self.said("rr2")),
            y=alt.Y("name:N", sort=[row["name"] for row in rows], title=None),
        )
        planned = alt.Chart(alt.InlineData(values=[rows[0] | {"what": self.said("expected")}])).encode(x="plan:Q")
        chart = alt.layer(
            planned.mark_rule(color=REFERENCE),
            planned.mark_text(color=REFERENCE, baseline="bottom", dy=-4).encode(y=alt.value(0), text="what:N"),
            base.mark_rule(color=OTHER, strokeDash=[1, 0]).encode(x="low:Q", x2="high:Q"),
            base.mark_point(color=PICKED, filled=True),
        ).properties(width=560, height=alt.Step(20))
        return self.picture(chart, self.said("by", head=self.head(column)))


def percent(share: float) -> str:
    """Write a share in percent, with one decimal and without the sign.

    >>> percent(0.6372)
    '63.7'
    """
    return write_number(100 * share, 1)


def page(
    of: Fieldwork, *, language: Language = "zh-Hans", labels: Labels | None = None, refresh: int = 60,
) -> str:  # fmt: skip
    """Write fieldwork as a page of HTML that asks for itself again, and for nothing else.

    Parameters
    ----------
    of
        As :func:`monitor` gives it.
    language
        Of the page.
    labels
        What columns of the draw are called and their codes stand for; codes stand for themselves.
    refresh
        Seconds; 0 for a page that stays as it is, which readers who need time can ask for (WCAG 2.2.1).

    Returns
    -------
    str
        HTML with fonts and charts inside. Rates of places with fewer than 10 answers are not shown.
    """
    from analysis.documents import subset_css

    sheet = _Sheet(of, language, labels)
    title = f"{sheet.said('title')} · {pick(of.survey.questionnaire.title, language)}"
    day = min(int(of.plan.elapsed(of.now)) + 1, of.plan.days)
    moment = sheet.said("asof", now=f"{of.now:%Y-%m-%d %H:%M}", day=day, days=of.plan.days)
    moment += sheet.said("refreshes", refresh=refresh) if refresh else ""
    again = f'<meta http-equiv="refresh" content="{refresh}">' if refresh else ""
    simulated = said("results", "synthetic", language)
    notice = f'<p class="notice">{simulated}</p>' if of.synthetic else ""
    tiles = "".join(
        f"<div><dt>{html.escape(what)}</dt><dd>{much}<small>{html.escape(beside)}</small></dd></div>"
        for what, much, beside in sheet.facts()
    )
    body = "".join(
        [
            notice,
            f"<h1>{html.escape(title)}</h1>",
            f'<p class="faint">{moment}</p>',
            f"<dl>{tiles}</dl>",
            *_sections(sheet),
        ]
    )
    css = subset_css([body, title])
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f"{again}"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{css}{_STYLE}</style></head><body><main>{body}</main></body></html>\n"
    )


def _sections(sheet: _Sheet) -> Iterable[str]:
    of, said = sheet.of, sheet.said
    yield f"<h2>{said('course')}</h2>{sheet.course()}"
    chance = percent(of.ahead["reached"].iloc[-1]) if of.ahead is not None else ""
    yield f'<p class="faint">{said("reached", chance=chance) if chance else said("soon")}</p>'
    if of.total is None:
        yield f"<h2>{said('response')}</h2><p>{said('open')}</p>"
    else:
        yield f'<h2>{said("response")}</h2><p class="faint">{said("note")}</p>'
        for column in of.by:
            yield sheet.dots(column) + sheet.table(said("by", head=sheet.head(column)), *sheet.responses(column))
        heads, rows, note = sheet.late()
        yield sheet.table(said("late"), heads, rows) if rows else f"<h3>{said('late')}</h3>"
        yield f'<p class="faint">{note}</p>'
    yield f"<h2>{said('quotas')}</h2>" if of.quotas else ""
    for frame in of.quotas:
        caption, heads, rows, note = sheet.quota(frame)
        yield f'<p class="faint">{html.escape(note)}</p>'
        yield sheet.table(caption, heads, rows) if rows else ""
    if of.even is not None:
        by = "、".join(map(sheet.head, of.by)) if sheet.language == "zh-Hans" else " and ".join(map(sheet.head, of.by))
        worst = write_number(of.even["worst"].iloc[0], 2)
        note = sheet.together([said("even_note", by=by, worst=worst), said("assumed" if of.assumed else "measured")])
        yield f'<h2>{said("even")}</h2><p class="faint">{html.escape(note)}</p>'
        heads, rows = sheet.reminders()
        yield sheet.table(said("compared"), *sheet.strategies())
        yield sheet.table(said("where", n=len(rows)), heads, rows)
    yield f"<h2>{said('quality')}</h2>" + sheet.table(said("signs"), *sheet.signs())
    heads, rows = sheet.places()
    yield sheet.table(said("told"), heads, rows) if rows else f"<h3>{said('told')}</h3><p>{said('none_told')}</p>"


def as_text(
    of: Fieldwork, *, language: Language = "en", labels: Labels | None = None,
) -> str:  # fmt: skip
    """Write fieldwork in lines for the terminal, with the tables of the page; parameters as :func:`page`'s."""
    sheet = _Sheet(of, language, labels)
    lines = [said("results", "synthetic", language)] if of.synthetic else []
    lines += [f"{of.survey.name}  {of.now:%Y-%m-%d %H:%M}", ""]
    lines += [f"{what}: {much}{f' ({beside})' if beside else ''}" for what, much, beside in sheet.facts()]
    none = sheet.said("none_told")
    parts = [(sheet.said("by", head=sheet.head(column)), *sheet.responses(column), "") for column in of.by if of.groups]
    if of.groups:
        parts.append((sheet.said("late"), *sheet.late()))
    parts += map(sheet.quota, of.quotas)
    if of.even is not None:
        parts.append((sheet.said("compared"), *sheet.strategies(), ""))
        titles, rows = sheet.reminders()
        parts.append((sheet.said("where", n=len(rows)), titles, rows, "" if rows else none))
    parts.append((sheet.said("signs"), *sheet.signs(), ""))
    titles, rows = sheet.places()
    parts.append((sheet.said("told"), titles, rows, "" if rows else none))
    for caption, titles, rows, note in parts:
        lines += ["", caption, *(_aligned([titles, *rows]) if rows else []), *([note] if note else [])]
    return "\n".join(lines)


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set cells below each other; a Han character is as wide as two."""
    from analysis.documents.tables import display_width as wide

    widths = [max(map(wide, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join((cell + " " * (width - wide(cell))) if not place else " " * (width - wide(cell)) + cell
                  for place, (cell, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]  # fmt: skip
