"""A result of a verb: a tidy table, the chart of it, a table for readers, and where it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from analysis.documents.labels import Labels
from analysis.messages import DuzhengError, Language, Texts, Words, bracketed, listed, pick, together, write_number
from analysis.messages.requests import wrong

if TYPE_CHECKING:
    import pandas as pd
    from great_tables import GT

    from analysis.documents.charts import Picture
    from analysis.workspace.rules import RuleSet

#: What every result says of itself; a room that has more to say puts its own words above these.
WORDS = Words("analysis.documents")
#: Rows that a notebook shows of a table for readers.
MOST_ROWS = 60
#: Width, in Latin letters, from which a column of names has a width of its own.
LONG = 26
#: Width, in Latin letters, up to which a text stands in one line.
SHORT = 14
#: P-values below this are written as being below it.
SMALLEST = 0.001
_CHANCES = ("p", "p_adjusted")


@dataclass(frozen=True, eq=False)
class Plot:
    """A chart that shows itself in a notebook, with its text alternative."""

    spec: dict[str, Any] = field(repr=False)  #: a complete Vega-Lite specification
    alt: str
    language: Language = "zh-Hans"

    def picture(self) -> Picture:
        """Draw it with the packaged fonts: ``.svg`` and ``.png``."""
        from analysis.documents.charts import draw

        return draw(self.spec, self.language)

    def save(self, path: str | Path) -> Path:
        """Write it as SVG or PNG, by the name's ending."""
        target, picture = Path(path), self.picture()
        if target.suffix not in {".svg", ".png"}:
            raise DuzhengError(wrong(f"the ending {target.suffix!r}", ".svg or .png", "", ""))
        target.write_bytes(picture.png if target.suffix == ".png" else picture.svg.encode())
        return target

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        from analysis.documents.blocks import CHART_MIME, CHART_SCHEMA

        return {CHART_MIME: {**self.spec, "$schema": CHART_SCHEMA}, "text/plain": self.alt}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a result came from: heads and what is said under each."""

    title: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]

    def __str__(self) -> str:
        lines = [self.title]
        for head, under in self.parts:
            lines += [f"{head}: {under[0]}"] if len(under) == 1 else [f"{head}:", *(f"  {each}" for each in under)]
        return "\n".join(lines)

    def _repr_markdown_(self) -> str:
        lines = [f"**{self.title}**", ""]
        for head, under in self.parts:
            several = [f"- **{head}**", *(f"  - {each}" for each in under)]
            lines += [f"- **{head}** {under[0]}"] if len(under) == 1 else several
        return "\n".join(lines)


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """What a verb found.

    ``table`` is a plain frame. ``chart`` and ``readers`` show it, ``explain`` says where it came from. In a notebook a
    result shows the table for readers. Each room has a kind of its own, which knows what the figures rest on.
    """

    room: ClassVar[Words] = WORDS  #: whose texts speak
    whole: ClassVar[tuple[str, ...]] = ()  #: columns of whole numbers, whatever their type
    years: ClassVar[tuple[str, ...]] = ("year", "base_year")  #: columns of years, which are not grouped by three
    once: ClassVar[tuple[str, ...]] = ()  #: columns that are said once where they say the same of every row

    table: pd.DataFrame
    words: str  #: which of the room's texts speaks of it
    _: KW_ONLY
    settings: Mapping[str, Any] = field(default_factory=dict)  #: every choice that was made, by name
    rule: RuleSet | None = field(default=None, repr=False)
    notes: tuple[Texts, ...] = field(default=(), repr=False)
    drawing: Callable[[Any, Language], dict[str, Any]] | None = field(default=None, repr=False)
    shown: tuple[str, ...] = field(default=(), repr=False)  #: columns for readers; all if none
    decimals: Mapping[str, int] = field(default_factory=dict, repr=False)  #: of columns, 1 if not said
    alt: str = "alt"  #: the key of the chart's text alternative
    spoken: Language | None = None  #: the language that is shown unless it is said
    named: Labels | None = field(default=None, repr=False)  #: what columns and codes are called

    @property
    def language(self) -> Language:
        """The language that is shown unless it is said."""
        return self.spoken or "zh-Hans"

    @property
    def labels(self) -> Labels:
        """What columns and codes are called."""
        return self.named or Labels()

    @property
    def synthetic(self) -> bool:
        """Whether any of it is simulated."""
        return False

    @property
    def files(self) -> Mapping[str, str]:
        """The content hashes of the files it rests on, by path."""
        return {}

    def has(self, key: str) -> bool:
        """Tell whether the verb's texts, or those of all results, have a key."""
        return key in self.room.of(self.words) or key in self.room.of("results")

    def said(self, key: str, language: Language | None = None, /, **values: object) -> str:
        """Say something of the verb's texts, or of those of all results; settings can be named in them."""
        name = self.words if key in self.room.of(self.words) else "results"
        return self.room.said(name, key, language or self.language, **{**self.settings, **values})

    def chart(self, language: Language | None = None) -> Plot:
        """Draw the chart.

        Raises
        ------
        DuzhengError
            DZ-S002 for a result that has none.
        """
        if self.drawing is None:
            raise DuzhengError(wrong(f"a chart of {self.words}", "a result with a chart", "look at its table"))
        language = language or self.language
        return Plot(self.drawing(self, language), self.said(self.alt, language), language)

    def readers(self, language: Language | None = None) -> GT:
        """Give the table for readers: names for codes, rounded, with what must be said of it below."""
        from great_tables import GT, html, loc, style

        from analysis.documents.tables import display_width

        language = language or self.language
        frame = self.written(language)
        names = [str(name) for name in frame]
        left = [name for name in names if not self.numeric(name)]
        heads = {name: self.head(name, language) for name in names}
        # A long name is not squeezed to a word a line by the columns of numbers, and a short one is not broken at all.
        widest = {name: int(frame[name].map(display_width).max() or 0) if len(frame) else 0 for name in left}
        long = [name for name in left if widest[name] > LONG]
        short = [name for name in left if widest[name] <= SHORT]
        below = [*self.remarks(language)]
        if len(frame) > MOST_ROWS:
            below.insert(0, self.said("more_rows", language, n=len(frame) - MOST_ROWS))
        table = (
            GT(frame.head(MOST_ROWS), id=self.words)
            .cols_label(cases={name: html(_escaped(head)) for name, head in heads.items()})
            .cols_align("right", columns=[name for name in names if name not in left])
            .cols_align("left", columns=left)
            .tab_header(title=self.said("title", language), subtitle=self.subtitle(language))
            .cols_width(cases=dict.fromkeys(long, "16em"))
            .tab_options(table_font_size="14px", heading_align="left", data_row_padding="4px",
                         source_notes_font_size="12px")
            .opt_horizontal_padding(scale=1.5)
        )  # fmt: skip
        if short:
            table = table.tab_style(style.css("white-space: nowrap"), loc.body(columns=short))
        for each in below:
            table = table.tab_source_note(each)
        return self.styled(table)

    def styled(self, table: GT) -> GT:
        """Set off rows of the table for readers."""
        return table

    def written(self, language: Language) -> pd.DataFrame:
        """Give the columns for readers as texts: names for codes, numbers rounded."""
        import pandas as pd

        names = [name for name in (self.shown or tuple(map(str, self.table))) if name in self.table]
        texts = {name: self._texts(name, language) for name in names if name not in self.alike()}
        return pd.DataFrame({name: each for name, each in texts.items() if any(each)})

    def alike(self) -> dict[str, Any]:
        """Give the columns that say the same of every row, which is said once."""
        alike = {
            name: list(dict.fromkeys(self.table[name]))
            for name in self.once
            if name in (self.shown or self.table) and name in self.table
        }
        return {name: values[0] for name, values in alike.items() if len(values) == 1}

    def numeric(self, name: str) -> bool:
        """Tell whether a column holds numbers that are counted or measured."""
        from pandas.api import types

        kind = self.table[name].dtype
        return bool(types.is_numeric_dtype(kind)) and not bool(types.is_bool_dtype(kind)) and name not in self.years

    def head(self, name: str, language: Language) -> str:
        """Give what a column of the table is called."""
        key = f"column.{name}"
        return self.said(key, language) if self.has(key) else self.labels.head(name, language)

    def _texts(self, name: str, language: Language) -> list[str]:
        column = self.table[name]
        if self.numeric(name):
            places = self.decimals.get(name, 0 if column.dtype.kind in "iu" or name in self.whole else 1)
            values = column.to_numpy(float, na_value=float("nan")).tolist()
            if name in _CHANCES:
                return [f"<{SMALLEST:g}" if value < SMALLEST else write_number(value, 3) for value in values]
            return [write_number(value, places) for value in values]
        return [self.code(name, value, language) for value in column]

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value of a column that holds codes stands for."""
        if value is None or str(value) in {"nan", "<NA>"}:
            return self.said("all", language) if name in self.labels.heads else ""
        if isinstance(value, bool):
            return self.said("yes" if value else "no", language)
        if self.has(f"{name}.{value}"):
            return self.said(f"{name}.{value}", language)
        return self.labels.name(name, value, language)

    def subtitle(self, language: Language) -> str:
        """Say what must be known of the figures at once, and that they are simulated."""
        if "subtitle" in self.room.of(self.words):
            return self.noticed([self.said("subtitle", language)], language)
        parts = [self.code(name, value, language) for name, value in self.alike().items()]
        return self.noticed([*parts, *self.basis(language)], language)

    def basis(self, language: Language) -> Sequence[str]:  # noqa: ARG002  for the kinds of results
        """Say in short what the figures are: a sample, or counts of everybody."""
        return []

    def noticed(self, parts: Sequence[str], language: Language) -> str:
        """Put remarks together, and say that the figures are simulated where they are."""
        text = together([*parts, self.said("short.synthetic", language) if self.synthetic else ""], language)
        return text[:1].upper() + text[1:]

    def remarks(self, language: Language) -> list[str]:
        """Give what must be said under the table."""
        return [pick(note, language) for note in self.notes]

    def origin(self, language: Language) -> Sequence[tuple[str, tuple[str, ...]]]:  # noqa: ARG002
        """Say what the figures rest on, head by head."""
        return ()

    def explain(self, language: Language | None = None) -> Explanation:
        """Say where it came from: method, what the figures rest on, settings, rule, source, files."""
        language = language or self.language
        parts: list[tuple[str, tuple[str, ...]]] = [
            (self.said("method_head", language), (self.said("method", language),)),
            *self.origin(language),
        ]
        if self.settings:
            parts.append((self.said("settings_head", language), tuple(self._setting(*each, language)
                                                                 for each in self.settings.items())))  # fmt: skip
        if self.rule is not None:
            parts.append((self.said("rule_head", language), (self._rule(language),)))
        if self.notes:
            parts.append((self.said("notes_head", language), tuple(self.remarks(language))))
        if self.files:
            files = tuple(f"{path} sha256:{of[:12]}" for path, of in self.files.items())
            parts.append((self.said("files_head", language), files))
        notice = self.said("synthetic", language) if self.synthetic else ""
        title = bracketed(self.said("title", language), notice, language)
        return Explanation(title, tuple((head, under) for head, under in parts if under))

    def _setting(self, name: str, value: Any, language: Language) -> str:
        """Say what was chosen: settings and their options by their names, as far as they have any."""
        if isinstance(value, Mapping):
            text = together((f"{self.labels.head(str(key), language)} {self._option(name, each, language)}"
                             for key, each in value.items()), language)  # fmt: skip
        else:
            text = self._option(name, value, language)
        head = f"setting.{name}"
        named = self.said(head, language) if self.has(head) else name
        return f"{named}{'：' if language == 'zh-Hans' else ': '}{text}"

    def _option(self, name: str, value: Any, language: Language) -> str:
        if value is None or (isinstance(value, list | tuple) and not value):
            return self.said("none", language)
        if isinstance(value, list | tuple):
            return listed((self._option(name, each, language) for each in value), language)
        return self.chosen(name, value, language)

    def chosen(self, name: str, value: Any, language: Language) -> str:
        """Say what an option of a setting is called."""
        if isinstance(value, float | int) and not isinstance(value, bool):
            return f"{value:g}"
        return self.code(name, value, language)

    def _rule(self, language: Language) -> str:
        rule = self.rule
        if rule is None:
            return ""
        text = pick(rule.title, language)
        if rule.effective_from:
            text += self.said("in_force", language, start=rule.effective_from.isoformat())
        source = rule.source or self.said("own", language)
        certainty = self.said(f"certainty.{rule.certainty}", language) if rule.source else ""
        colon = "：" if language == "zh-Hans" else ": "
        return together(
            [text, f"{self.said('source', language)}{colon}{bracketed(source, certainty, language)}"], language
        )

    def _repr_html_(self) -> str:
        found: str = self.readers().as_raw_html()
        return found


def _escaped(text: str) -> str:
    import html

    return html.escape(text)
