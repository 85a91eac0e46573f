"""A result: a tidy table with uncertainty, the chart of it, where it came from, and the same in R."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Language, Texts, pick, write_number
from analysis.messages.requests import wrong
from analysis.satisfaction.words import said, words
from analysis.surveys.labels import Labels

if TYPE_CHECKING:
    import pandas as pd
    from great_tables import GT

    from analysis.documents import Picture
    from analysis.stats import SurveyDesign
    from analysis.surveys.design import Design
    from analysis.workspace.rules import RuleSet

#: How R reads what the scripts of the parts made, each in an environment of its own.
READ_PARTS = """\
# Needs R with the package survey. Run it in this folder: Rscript combine.R
part <- function(folder) { e <- new.env(); sys.source(file.path(folder, "replicate.R"), e, chdir = TRUE); e$design }
"""
#: Rows that a notebook shows of a table for readers.
MOST_ROWS = 60
#: Width, in Latin letters, from which a column of names has a width of its own.
LONG = 26
#: P-values below this are written as being below it.
SMALLEST = 0.001
_WHOLE = ("n", "df", "psus", "n_before")
_CHANCES = ("p", "p_adjusted")
_ONCE = ("survey", "wave", "measure")


@dataclass(frozen=True, eq=False)
class Plot:
    """A chart that shows itself in a notebook, with its text alternative."""

    spec: dict[str, Any] = field(repr=False)  #: a complete Vega-Lite specification
    alt: str
    language: Language = "zh-Hans"

    def picture(self) -> Picture:
        """Draw it with the packaged fonts: ``.svg`` and ``.png``."""
        from analysis.documents import draw

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

    ``table`` is a plain frame. ``chart``, ``readers``, ``explain`` and ``as_r`` show it, say where it came from, and
    write the script that computes it in R. In a notebook a result shows the table for readers.
    """

    table: pd.DataFrame
    words: str  #: which of ``texts/`` speaks of it
    designs: tuple[Design, ...] = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)  #: every choice that was made, by name
    rule: RuleSet | None = field(default=None, repr=False)
    notes: tuple[Texts, ...] = field(default=(), repr=False)
    drawing: Callable[[Any, Language], dict[str, Any]] | None = field(default=None, repr=False)
    shown: tuple[str, ...] = field(default=(), repr=False)  #: columns for readers; all if none
    decimals: Mapping[str, int] = field(default_factory=dict, repr=False)  #: of columns, 1 if not said
    asked: tuple[Any, ...] = field(default=(), repr=False)  #: what ``sample`` gave, for R
    sample: SurveyDesign | None = field(default=None, repr=False)
    parts: tuple[Result, ...] = field(default=(), repr=False)  #: what it was made of, each with an R script of its own
    script: str = field(default="", repr=False)  #: R code of what survey cannot do, on the frame ``data``
    script_columns: tuple[str, ...] = field(default=(), repr=False)  #: that it needs
    alt: str = "alt"  #: the key of the chart's text alternative
    combine: str = field(default="", repr=False)  #: R code that puts the parts together, on their folders
    spoken: Language | None = None  #: the language that is shown unless it is said; the designs' if not given
    named: Labels | None = field(default=None, repr=False)  #: what columns and codes are called, in place of theirs
    no_script: str = "ask those that it was made of"  #: why there is nothing for R, where there is nothing

    def __repr__(self) -> str:
        return f"<{self.words} of {', '.join(each.name for each in self.designs)}>\n{self.table}"

    @property
    def language(self) -> Language:
        """The language that is shown unless it is said."""
        return self.spoken or self.designs[0].language

    @property
    def labels(self) -> Labels:
        """What columns and codes are called."""
        if self.named is not None:
            return self.named
        found = Labels()
        for each in self.designs:
            found = found.under(each.labels)
        return found

    @property
    def synthetic(self) -> bool:
        """Whether any of it is simulated."""
        return any(each.synthetic for each in self.designs)

    def said(self, key: str, language: Language | None = None, /, **values: object) -> str:
        """Say something of the verb's texts, or of those of all results; settings can be named in them."""
        name = self.words if key in words(self.words) else "results"
        return said(name, key, language or self.language, **{**self.settings, **values})

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
        left = [name for name in names if not _numeric(self.table, name)]
        heads = {name: self.head(name, language) for name in names}
        # A long name is not squeezed to a word a line by the columns of numbers.
        long = [name for name in left if frame[name].map(display_width).max() > LONG]
        below = [*self.remarks(language)]
        if len(frame) > MOST_ROWS:
            below.insert(0, said("results", "more_rows", language, n=len(frame) - MOST_ROWS))
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
        for each in below:
            table = table.tab_source_note(each)
        if "precision" in self.table:
            careful = [at for at, of in enumerate(self.table["precision"].head(MOST_ROWS)) if of != "publish"]
            table = table.tab_style(style.text(color="#6B7280"), loc.body(rows=careful)) if careful else table
        return table

    def written(self, language: Language) -> pd.DataFrame:
        """Give the columns for readers as texts: names for codes, numbers rounded."""
        import pandas as pd

        names = [name for name in (self.shown or tuple(map(str, self.table))) if name in self.table]
        texts = {name: self._texts(name, language) for name in names if name not in self._alike()}
        return pd.DataFrame({name: each for name, each in texts.items() if any(each)})

    def _alike(self) -> dict[str, Any]:
        """Give the columns that say the same of every row, which is said once."""
        alike = {name: list(dict.fromkeys(self.table[name])) for name in _ONCE if name in (self.shown or self.table)}
        return {name: values[0] for name, values in alike.items() if len(values) == 1}

    def head(self, name: str, language: Language) -> str:
        """Give what a column of the table is called."""
        key = f"column.{name}"
        if key in words(self.words) or key in words("results"):
            return self.said(key, language)
        return self.labels.head(name, language)

    def _texts(self, name: str, language: Language) -> list[str]:
        column = self.table[name]
        if _numeric(self.table, name):
            places = self.decimals.get(name, 0 if column.dtype.kind in "iu" or name in _WHOLE else 1)
            values = column.to_numpy(float, na_value=float("nan")).tolist()
            if name in _CHANCES:
                return [f"<{SMALLEST:g}" if value < SMALLEST else write_number(value, 3) for value in values]
            return [write_number(value, places) for value in values]
        return [self.code(name, value, language) for value in column]

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value of a column that holds codes stands for."""
        if value is None or value != value:  # noqa: PLR0124  missing
            return self.said("all", language) if name in self.labels.heads else ""
        if isinstance(value, bool):
            return self.said("yes" if value else "no", language)
        if name == "measure":
            return measure_text(str(value), language)
        if f"{name}.{value}" in words(self.words) or f"{name}.{value}" in words("results"):
            return self.said(f"{name}.{value}", language)
        if name in {"index", "variable", "item"}:
            return self.labels.head(str(value), language)
        return self.labels.name(name, value, language)

    def subtitle(self, language: Language) -> str:
        """Say how the answers were gathered, or what the verb says of its figures; and that they are simulated."""
        if "subtitle" in words(self.words):
            return self._noticed([self.said("subtitle", language)], language)
        level = write_number(100 * float(self.settings.get("level", 0.95)), 0)
        kinds = list(dict.fromkeys(each.kind for each in self.designs))
        parts = [self.code(name, value, language) for name, value in self._alike().items()]
        if self.settings.get("pooled") and "open" in kinds:
            kinds = ["open"]
        parts += [said("results", f"short.{kind}", language, level=level) for kind in kinds]
        return self._noticed(parts, language)

    def _noticed(self, parts: Sequence[str], language: Language) -> str:
        notice = [said("results", "short.synthetic", language)] if self.synthetic else []
        return ("；" if language == "zh-Hans" else "; ").join([*parts, *notice])

    def remarks(self, language: Language) -> list[str]:
        """Give what must be said under the table."""
        return [pick(note, language) for note in self.notes]

    def explain(self, language: Language | None = None) -> Explanation:
        """Say where it came from: method, how gathered, rows, weights, settings, rule, source, files."""
        language = language or self.language
        parts: list[tuple[str, tuple[str, ...]]] = [
            (said("results", "method", language), (self.said("method", language),))
        ]
        parts.append((said("results", "gathered", language), tuple(
            said("results", f"kind.{each.kind}", language, name=each.name) for each in self.designs)))  # fmt: skip
        parts.append((said("results", "rows", language), tuple(
            said("results", "rows_of", language, name=each.name, n=write_number(len(each.data), 0))
            for each in self.designs)))  # fmt: skip
        weights = [
            said("results", f"weighting.{kind}", language)
            for kind in dict.fromkeys(each.weighting for each in self.designs)
        ]
        weights += [pick(note, language) for each in self.designs for note in each.notes]
        parts.append((said("results", "weights", language), tuple(dict.fromkeys(weights))))
        if self.settings:
            parts.append((said("results", "settings", language), tuple(self._setting(*each, language)
                                                                       for each in self.settings.items())))  # fmt: skip
        if self.rule is not None:
            parts.append((said("results", "rule", language), (self._rule(language),)))
        if self.notes:
            parts.append((said("results", "notes", language), tuple(self.remarks(language))))
        files = {path: of for each in self.designs for path, of in each.files.items()}
        if files:
            parts.append((said("results", "files", language), tuple(f"{p} sha256:{h[:12]}" for p, h in files.items())))
        title = self.said("title", language)
        if self.synthetic:
            notice = said("results", "synthetic", language)
            title += f"（{notice}）" if language == "zh-Hans" else f" ({notice})"
        return Explanation(title, tuple((head, under) for head, under in parts if under))

    def _setting(self, name: str, value: Any, language: Language) -> str:
        """Say what was chosen: settings and their options by their names, as far as they have any."""
        comma = "、" if language == "zh-Hans" else ", "
        if isinstance(value, Mapping):
            text = ("；" if language == "zh-Hans" else "; ").join(
                f"{self.labels.head(str(key), language)} {self._option(name, each, language, comma)}"
                for key, each in value.items()
            )
        else:
            text = self._option(name, value, language, comma)
        head = f"setting.{name}"
        named = self.said(head, language) if head in words(self.words) or head in words("results") else name
        return f"{named}{'：' if language == 'zh-Hans' else ': '}{text}"

    def _option(self, name: str, value: Any, language: Language, comma: str) -> str:
        if value is None or (isinstance(value, list | tuple) and not value):
            return said("results", "none", language)
        if isinstance(value, list | tuple):
            return comma.join(self._option(name, each, language, comma) for each in value)
        if name in {"by", "indices"}:
            return self.labels.head(str(value), language)
        if isinstance(value, float | int) and not isinstance(value, bool):
            return f"{value:g}"
        return self.code(name, value, language)

    def _rule(self, language: Language) -> str:
        rule = self.rule
        if rule is None:
            return ""
        text = pick(rule.title, language)
        mark = "；" if language == "zh-Hans" else "; "
        if rule.effective_from:
            text += said("results", "in_force", language, start=rule.effective_from.isoformat())
        source = rule.source or said("results", "own", language)
        certainty = said("results", "certainty", language, certainty=rule.certainty) if rule.source else ""
        colon = "：" if language == "zh-Hans" else ": "
        return f"{text}{mark}{said('results', 'source', language)}{colon}{source}{certainty}"

    def as_r(self, folder: str | Path) -> Path:
        """Write the script that computes the same in R, with its data; see :meth:`analysis.stats.SurveyDesign.as_r`.

        A result of several waves writes one script a wave, each into a folder of its own.

        Raises
        ------
        DuzhengError
            DZ-S002 for a result of which R has nothing to compute.
        """
        if self.parts and self.sample is None:
            paths = [part.as_r(Path(folder) / part.designs[0].name) for part in self.parts]
            if not self.combine:
                return Path(folder)
            script = Path(folder) / "combine.R"
            listed = ", ".join(f'"{path.parent.name}"' for path in paths)
            script.write_text(f"{READ_PARTS}folders <- c({listed})\n{self.combine}\n", encoding="utf-8")
            return script
        if self.sample is None or not (self.asked or self.script):
            raise DuzhengError(wrong(f"a script of {self.words}", "a result of a survey design", self.no_script))
        return self.sample.as_r(folder, *self.asked, script=self.script, columns=self.script_columns)

    def _repr_html_(self) -> str:
        found: str = self.readers().as_raw_html()
        return found


def measure_text(measure: str, language: Language) -> str:
    """Say what a measure is called.

    >>> measure_text("top2_of_7", "en")
    'share of the two highest points (of 7 points)'
    """
    name, _, points = measure.partition("_of_")
    text = said("results", f"measure.{name}", language)
    return text + (said("results", "of_points", language, n=points) if points else "")


def _numeric(table: pd.DataFrame, name: str) -> bool:
    from pandas.api import types

    return bool(types.is_numeric_dtype(table[name].dtype)) and not bool(types.is_bool_dtype(table[name].dtype)) and (
        name != "wave"
    )  # fmt: skip


def _escaped(text: str) -> str:
    import html

    return html.escape(text)
