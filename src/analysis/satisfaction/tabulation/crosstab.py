"""Crosstabs: the answers to every item in every group, with bases, intervals and letters of significance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.messages import LANGUAGES, DuzhengError, Fault, Language, Texts
from analysis.messages.requests import hold_level, one_of, wrong
from analysis.satisfaction.indices.index import groups_wrong
from analysis.satisfaction.precision import bounds_of
from analysis.satisfaction.result import Plot, SurveyResult
from analysis.satisfaction.tabulation.table import LETTERS, Chosen, Letters, tabulated
from analysis.satisfaction.tabulation.tabulations import MISSINGS, Missing, Tabulation, tabulations
from analysis.satisfaction.words import both
from analysis.surveys.design import Design, hold_designs

if TYPE_CHECKING:
    from great_tables import GT

SHOWN = ("item", "category", "measure", "column", "group", "letter", "estimate", "lower", "upper", "n", "higher_than",
         "precision")  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Crosstab(SurveyResult):
    """A :class:`SurveyResult` whose tables, one an item, also go into a workbook."""

    tabulations: tuple[Tabulation, ...] = field(default=(), repr=False)

    @property
    def items(self) -> list[str]:
        """The items that have a table, in their order."""
        return [each.item for each in self.tabulations]

    def to_excel(self, path: str | Path, language: Language | None = None) -> Path:
        """Write a workbook: contents, then one table a sheet, without merged cells.

        Parameters
        ----------
        path
            The file, ending in ``.xlsx``; folders that are not there are made. The same tables give the same bytes.
        language
            Of what stands in it.

        Raises
        ------
        DuzhengError
            DZ-S002 for another ending, another language, and a file that can't be written.
        """
        from analysis.satisfaction.tabulation.workbook import write

        return write(self, path, self._in(language))

    def readers(self, language: Language | None = None, *, item: str | Sequence[str] | None = None) -> GT:
        """Give the table for readers of one or a few items; of the first if none is named."""
        from analysis.satisfaction.tabulation.notebook import page

        return page(self, self.only(item or self._first), self._in(language))

    def chart(
        self, language: Language | None = None, *, item: str | Sequence[str] | None = None, column: str | None = None
    ) -> Plot:
        """Draw the answers: of one item in the groups of a banner column, or of several items among everybody.

        Parameters
        ----------
        language
            Of its texts.
        item
            One item or several on one scale; the first one if not given.
        column
            A banner column; the first one if not given, and for several items none.
        """
        language, chosen = self._in(language), self.only(item or self._first)
        banner = list(self.settings["banner"])
        if column is not None and column not in banner:
            raise DuzhengError(wrong(f"column={column!r}", " or ".join(banner) or "none", "a column of the banner"))
        several = len(chosen) > 1
        drawn = {
            "items": [each.item for each in chosen],
            "column": None if several else column or next(iter(banner), None),
        }
        return super(Crosstab, replace(self, settings={**self.settings, "drawn": drawn})).chart(language)

    def _in(self, language: Language | None) -> Language:
        """Give the language that is shown; DZ-S002 for one that is not spoken here."""
        if language is not None:
            one_of("language", language, LANGUAGES)
        return language or self.language

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value stands for; of the banner, what its columns are called."""
        return self.labels.head(str(value), language) if name == "banner" else super().code(name, value, language)

    @property
    def _first(self) -> str:
        """The first item that is not a column of the banner."""
        return next((item for item in self.items if item not in self.settings["banner"]), self.items[0])

    def only(self, item: str | Sequence[str]) -> list[Tabulation]:
        """Give the tables of some items; DZ-S002 for one that has none."""
        wanted = [item] if isinstance(item, str) else list(item)
        known = {each.item: each for each in self.tabulations}
        strange = [name for name in wanted if name not in known]
        if strange:
            raise DuzhengError.of(
                wrong(repr(name), "an item of this crosstab", "see .items of it", name) for name in strange
            )
        return [known[name] for name in wanted]

    def as_r(self, folder: str | Path) -> Path:
        """Write the script that computes the shares in R, with its data; see :meth:`SurveyResult.as_r`."""
        from analysis.satisfaction.tabulation.script import asked

        sample, frames = asked(self)
        return super(Crosstab, replace(self, sample=sample, asked=frames)).as_r(folder)


def crosstab(
    design: Design,
    items: str | Sequence[str] | None = None,
    banner: str | Sequence[str] | None = None,
    *,
    level: float = 0.95,
    letters: Letters = "holm",
    missing: Missing = "shown",
    mean: bool = True,
    top: int = 2,
    interval: str = "beta",
    complementary: bool = True,
) -> Crosstab:
    """Tabulate items in the groups of a banner: shares, means, bases, intervals, and letters of who is higher.

    Parameters
    ----------
    design
        The wave.
    items
        Codes of items, or ``code.row`` of a matrix; every item with options and every number if not given. Of a
        question with several answers each option is a share; of a ranking each option at any rank, and at each.
    banner
        Columns of the draw or items, whose groups are columns beside the total; the questionnaire's declared groups if
        not given.
    level
        Of intervals, and 1 − level of the tests.
    letters
        How tests of a row are adjusted within a banner column: ``holm``, ``bonferroni``, ``bh``, ``by``,
        ``unadjusted``; ``none`` for no letters. Only a drawn sample has any.
    missing
        Whether "don't know" and "refused" are ``shown`` as rows and count in the base of shares, or ``excluded``. "Does
        not apply" is in no base; how many said so is counted apart.
    mean, top
        Whether ratings have a row of their mean from 0 to 100, and how many best points are added up; 0 for none. Both
        are of the answers of substance.
    interval
        Of shares, as :meth:`analysis.stats.SurveyDesign.proportion` names them; ``beta`` is the one of Korn and
        Graubard (1998), which 0 % and 100 % have as well.
    complementary
        Whether, where one group of a column alone is suppressed, the smallest of the others is held back with it, so
        that its figures can't be found from the total.

    Returns
    -------
    Crosstab
        One row a row of a table and group: item, version, variable (column of the answers), category (a code), measure
        (``share``, ``top2_of_7``, ``linear_0_100``, ``mean``), base (``all`` who answered, or the ``answers`` of
        substance), column (of the banner, or ``total``), group (a code), letter, estimate (percent, 0–100, or the unit
        of a number), se, lower, upper, df, n (of the base, not weighted), not_applicable (who said so, not weighted,
        missing where nobody could), weighted, effective (Kish's (Σw)²/Σw²), psus, higher_than (letters of groups of the
        same column that it is higher than), note, precision.

    Raises
    ------
    DuzhengError
        DZ-S002 for several designs, for items or columns that are not there, for combinations of columns, and choices
        that are not known; DZ-S003 without answers.

    Notes
    -----
    ``top2_of_7`` and ``linear_0_100`` of an item are those of :func:`~analysis.satisfaction.indices.index.index` by its
    code: the same base, estimate and standard error. The interval of a share is by ``interval`` here and by t there.

    Shares and means are those of ``svyby(~factor(x), ~group, design, svymean)`` in R. Differences within a row and
    banner column are tested by t = (p₁ − p₂) / √(v₁ + v₂ − 2 v₁₂), with the covariance of groups that share places and
    the fewer degrees of freedom of both (``svycontrast``), and adjusted over all pairs of the row and column. A group
    whose share is 0 or 1 has no error to compare with, and takes no part; nor has one that is suppressed.

    Examples
    --------
    >>> from analysis.surveys.example import example_design
    >>> found = crosstab(example_design(), "whole", "district")
    >>> found.table.tail(3)[["measure", "column", "group", "letter", "n"]]
             measure    column group letter    n
    27  linear_0_100     total   all         200
    28  linear_0_100  district     a      A  100
    29  linear_0_100  district     b      B  100
    """
    from analysis.stats.design.proportions import METHODS

    (design,) = hold_designs(design, most=1)
    one_of("letters", letters, LETTERS)
    one_of("missing", missing, MISSINGS)
    one_of("interval", interval, METHODS)
    faults: list[Fault] = []
    wanted = None if items is None else _listed("items", items, "name items by their codes", faults)
    columns = _listed("banner", design.survey.questionnaire.analyses.groups if banner is None else banner,
                      "columns stand side by side; combinations of groups are given by index(by=[…])",
                      faults)  # fmt: skip
    if isinstance(top, bool) or not isinstance(top, int) or top < 0:
        faults.append(wrong(f"top={top!r}", "a whole number of points, 0 for none", "2 is usual"))
    hold_level(level, *faults, *groups_wrong([design], columns))
    tables = tabulations(design.survey, wanted, design.data, missing=missing, mean=mean, top=top)
    if not tables:
        raise DuzhengError(wrong("no items", "an item with options, or a number", "name one"))
    design.sample.hold([design.sample.weights], [], level=level, df="domain")
    measures = {row.measure.partition("_of_")[0] for each in tables for row in each.rows}
    tested = design.tested and letters != "none"
    chosen = Chosen(level, interval, letters if tested else "none", complementary)
    table = tabulated(design, tables, columns, chosen)
    rule = design.rules.get("precision")
    settings = {
        "items": [each.item for each in tables], "banner": columns, "level": level,
        "letters": chosen.letters, "missing": missing, "mean": mean, "top": top, "interval": interval,
        "complementary": complementary,
    }  # fmt: skip
    from analysis.satisfaction.charts.answers import draw

    return Crosstab(
        table,
        "crosstab",
        (design,),
        settings=settings,
        rule=rule,
        notes=_notes(design, settings, measures),
        drawing=draw,
        shown=SHOWN,
        decimals={"weighted": 0, "effective": 0, "df": 0},
        tabulations=tuple(tables),
    )


def _listed(what: str, given: Any, hint: str, faults: list[Fault]) -> list[str]:
    """Give names as a list without doubles, and note what is no name."""
    listed = [given] if isinstance(given, str) else list(given) if isinstance(given, Iterable) else [given]
    faults += [wrong(f"{what} with {each!r}", "names, each by itself", hint) for each in listed
               if not isinstance(each, str)]  # fmt: skip
    return list(dict.fromkeys(each for each in listed if isinstance(each, str)))


def _notes(design: Design, settings: Mapping[str, Any], measures: set[str]) -> tuple[Texts, ...]:
    """Say what a reader of the tables must know."""
    level = round(100 * (1 - settings["level"]), 6)
    chosen: list[tuple[str, dict[str, object]]] = [(f"note.missing.{settings['missing']}", {})]
    if settings["top"] and f"top{settings['top']}" in measures and settings["interval"] != "mean":
        chosen.append(("note.top", {"interval": settings["interval"]}))
    if settings["letters"] != "none":
        chosen += [(f"note.letters.{settings['letters']}", {"alpha": f"{level:g}"}), ("note.tested", {})]
    elif not design.tested:
        chosen.append((f"note.untested.{design.kind}", {}))
    chosen += [("note.bases", {}), ("note.marks", {"least": bounds_of(design.rules.get("precision")).suppress_below})]
    return tuple(both("crosstab", key, **values) for key, values in chosen)
