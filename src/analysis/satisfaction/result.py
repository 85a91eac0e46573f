"""A result of answers: a table with uncertainty that knows the designs it rests on, and writes the same in R."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from analysis.documents import result
from analysis.documents.labels import Labels
from analysis.documents.result import Explanation, Plot
from analysis.messages import DuzhengError, Language, Words, pick, write_number
from analysis.messages.requests import wrong
from analysis.satisfaction.words import WORDS, said

if TYPE_CHECKING:
    from great_tables import GT

    from analysis.stats import SurveyDesign
    from analysis.surveys.design import Design

__all__ = ["Explanation", "Plot", "SurveyResult", "measure_text"]

#: How R reads what the scripts of the parts made, each in an environment of its own.
READ_PARTS = """\
# Needs R with the package survey. Run it in this folder: Rscript combine.R
part <- function(folder) { e <- new.env(); sys.source(file.path(folder, "replicate.R"), e, chdir = TRUE); e$design }
"""


@dataclass(frozen=True, eq=False, repr=False)
class SurveyResult(result.Result):
    """What a verb found in answers; ``as_r`` writes the script that computes it in R."""

    room: ClassVar[Words] = WORDS
    whole: ClassVar[tuple[str, ...]] = ("n", "df", "psus", "n_before")
    years: ClassVar[tuple[str, ...]] = ("wave",)
    once: ClassVar[tuple[str, ...]] = ("survey", "wave", "measure")

    designs: tuple[Design, ...] = field(repr=False)
    _: KW_ONLY
    asked: tuple[Any, ...] = field(default=(), repr=False)  #: what ``sample`` gave, for R
    sample: SurveyDesign | None = field(default=None, repr=False)
    parts: tuple[SurveyResult, ...] = field(default=(), repr=False)  #: what it was made of
    script: str = field(default="", repr=False)  #: R code of what survey cannot do, on the frame ``data``
    script_columns: tuple[str, ...] = field(default=(), repr=False)  #: that it needs
    combine: str = field(default="", repr=False)  #: R code that puts the parts together, on their folders
    no_script: str = "ask those that it was made of"  #: why there is nothing for R, where there is nothing

    def __repr__(self) -> str:
        return f"<{self.words} of {', '.join(each.name for each in self.designs)}>\n{self.table}"

    @property
    def language(self) -> Language:
        """The language that is shown unless it is said; the designs' if none was asked for."""
        return self.spoken or self.designs[0].language

    @property
    def labels(self) -> Labels:
        """What columns and codes are called; as the designs say if nothing else was given."""
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

    @property
    def files(self) -> Mapping[str, str]:
        """The content hashes of the files of the waves, by path."""
        return {path: of for each in self.designs for path, of in each.files.items()}

    def styled(self, table: GT) -> GT:
        """Set off rows that are not to be published without caution."""
        from great_tables import loc, style

        if "precision" not in self.table:
            return table
        careful = [at for at, of in enumerate(self.table["precision"].head(result.MOST_ROWS)) if of != "publish"]
        return table.tab_style(style.text(color="#6B7280"), loc.body(rows=careful)) if careful else table

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value of a column that holds codes stands for."""
        known = value is not None and str(value) not in {"nan", "<NA>"}
        if name == "measure" and known:
            return measure_text(str(value), language)
        if name in {"index", "variable", "item"} and known and not self.has(f"{name}.{value}"):
            return self.labels.head(str(value), language)
        return super().code(name, value, language)

    def basis(self, language: Language) -> Sequence[str]:
        """Say how the answers were gathered."""
        level = write_number(100 * float(self.settings.get("level", 0.95)), 0)
        kinds = list(dict.fromkeys(each.kind for each in self.designs))
        if self.settings.get("pooled") and "open" in kinds:
            kinds = ["open"]
        return [said("results", f"short.{kind}", language, level=level) for kind in kinds]

    def origin(self, language: Language) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Say how the answers were gathered, how many they are, and how they were weighted."""
        gathered = [said("results", f"kind.{each.kind}", language, name=each.name) for each in self.designs]
        rows = [
            said("results", "rows_of", language, name=each.name, n=write_number(len(each.data), 0))
            for each in self.designs
        ]
        kinds = dict.fromkeys(each.weighting for each in self.designs)
        weights = [said("results", f"weighting.{kind}", language) for kind in kinds]
        weights += [pick(note, language) for each in self.designs for note in each.notes]
        found = {"gathered": gathered, "rows": rows, "weights": list(dict.fromkeys(weights))}
        return [(said("results", head, language), tuple(under)) for head, under in found.items()]

    def chosen(self, name: str, value: Any, language: Language) -> str:
        """Say what an option of a setting is called."""
        return self.labels.head(str(value), language) if name in {"by", "indices"} else super().chosen(
            name, value, language)  # fmt: skip

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


def measure_text(measure: str, language: Language) -> str:
    """Say what a measure is called.

    >>> measure_text("top2_of_7", "en")
    'share of the two highest points (of 7 points)'
    """
    name, _, points = measure.partition("_of_")
    text = said("results", f"measure.{name}", language)
    return text + (said("results", "of_points", language, n=points) if points else "")
