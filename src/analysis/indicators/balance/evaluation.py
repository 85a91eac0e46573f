"""Balance: schools held to a rule on balanced development, with the verdict of each part and of the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from analysis.indicators.balance.asked import year_among
from analysis.indicators.balance.inputs import RECOGNITION, asked_rows, hold_figures, items_of, one_kind, school_table
from analysis.indicators.balance.items import judged_items
from analysis.indicators.balance.notes import WORDS, certainty_notes, labels_of, notes_of, part_name
from analysis.indicators.balance.schools import counted, measures, occurring, school_verdicts
from analysis.indicators.balance.standard import PARTS, TEACHING_STAGES, WHOLE, Standard, read_standard
from analysis.indicators.balance.verdicts import (
    decimals_of,
    judge,
    reasons_of,
    verdicts_of,
    written_apart,
    written_bound,
)
from analysis.indicators.charts.balance import draw_balance, draw_schools, draw_units
from analysis.indicators.result import FigureResult
from analysis.indicators.words import both
from analysis.messages import Language, bracketed, column_of, pick, together, write_number
from analysis.messages.requests import one_of
from analysis.stats.dispersion import grouped_cv
from analysis.workspace.provenance import content_hash
from analysis.workspace.schools import held

if TYPE_CHECKING:
    import pandas as pd

    from analysis.documents.result import Plot
    from analysis.satisfaction.social_recognition.recognition import Recognized
    from analysis.workspace import Workspace
    from analysis.workspace.rules import Certainty, RuleSet

#: The columns of the table of a balance.
TABLE = ("unit", "year", "stage", "indicator", "cv", "limit", "met", "margin", "schools", "unknown", "lowest",
         "highest", "mean", "certainty")  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Balance(FigureResult):
    """What a rule on balanced development says of schools and units.

    ``table`` has one row a unit, year, stage and indicator; the other frames say how it came about.
    """

    whole: ClassVar[tuple[str, ...]] = ("schools", "unknown")

    _: KW_ONLY
    measures: pd.DataFrame = field(repr=False)  #: each indicator of each counted school
    schools: pd.DataFrame = field(repr=False)  #: each counted school and its verdict
    verdicts: pd.DataFrame = field(repr=False)  #: each part of the rule, and the whole
    reasons: pd.DataFrame = field(repr=False)  #: what decides each part
    items: pd.DataFrame = field(repr=False)  #: each item of the rule
    left_out: pd.DataFrame = field(repr=False)  #: schools that are not counted, with the reason
    rows: pd.DataFrame = field(repr=False)  #: the rows of school tables that it is of
    standard: Standard = field(repr=False)

    def bases(self, *parts: str) -> dict[str, Certainty]:
        """Give what the verdicts of parts rest on, of all parts if none is named, and how certain each is."""
        there = occurring(self.rows, self.left_out).values()
        return self.standard.bases(*parts, occurring=frozenset[str]().union(*there))

    def mark(self, certainty: Any, language: Language) -> str:
        """Give the mark of what no source read says; nothing else has one."""
        return self.said("certainty.C", language) if certainty == "C" else ""

    def origin(self, language: Language) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Say what the figures are, where each part of the rule is from, and what a reader must know of it."""
        parts = [(name, each.source, each.certainty) for name, each in self.standard.sourced().items()]
        parts += [(f"item.{item.id}", item.source, item.certainty) for _, item in self.standard.every_item()
                  if item.certainty]  # fmt: skip
        named = tuple(together([pick(part_name(name, self.standard), language),
                                self._sourced(source, certainty, language)], language)
                      for name, source, certainty in parts)  # fmt: skip
        told = tuple(pick(note, language) for note in self.rule.notes) if self.rule else ()
        return (*super().origin(language), (self.said("parts_head", language), named),
                (self.said("rule_notes_head", language), told))  # fmt: skip

    def _sourced(self, source: str, certainty: str, language: Language) -> str:
        mark = self.said(f"certainty.{certainty}", language)
        if not source:
            return mark
        known = self.workspace.sources if self.workspace else None
        if known is None or source not in known.index:
            return bracketed(source, mark, language)
        cells = [known.at[source, column_of(name, language)] for name in ("work", "part")]
        named = ("，" if language == "zh-Hans" else ", ").join(str(each) for each in cells if isinstance(each, str))
        return bracketed(named, mark, language)

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value stands for; what can't be told is open."""
        missing = value is None or str(value) in {"nan", "<NA>", "None"}
        if name == "met":
            return "—" if missing else self.said("met.yes" if value else "met.no", language)
        return "" if missing else super().code(name, value, language)

    def reason(self, row: Mapping[Any, Any], language: Language | None = None) -> str:
        """Say a row of ``reasons`` in a sentence."""
        language = language or self.language
        indicator, item, value, limit = (row[name] for name in ("indicator", "item", "value", "limit"))
        of_cv = isinstance(indicator, str)
        decimals = 3 if of_cv else decimals_of(value, 3)
        unit = self.standard.item(item).unit if isinstance(item, str) else None
        text = self.said(
            f"reason.{row['reason']}", language,
            stage=self.code("stage", row["stage"], language), item=self.labels.name("item", item, language),
            indicator=self.labels.name("indicator", indicator, language),
            value=written_apart(value, decimals, limit), limit=written_bound(limit, 2 if of_cv else 0),
            sign=_SIGNS.get(row["sign"], ""), measure=f" {pick(unit, language)}".replace(" %", "%") if unit else "",
            n=_count(row["n"]), of=_count(row["of"]),
        )  # fmt: skip
        return bracketed(text, self.mark(row.get("certainty"), language), language)

    def written(self, language: Language) -> pd.DataFrame:
        """Give the columns for readers, and what the indicator is measured in."""
        frame = super().written(language)
        if "mean" in frame:
            measures = {each.id: pick(each.measure, language) for each in self.standard.resources.indicators}
            frame.insert(list(frame).index("mean") + 1, "measure", self.table["indicator"].map(measures).fillna("")
                         .tolist())  # fmt: skip
        return frame

    def numeric(self, name: str) -> bool:
        """Tell whether a column holds numbers."""
        return name != "measure" and super().numeric(name)

    def _texts(self, name: str, language: Language) -> list[str]:
        """Write each number as its row asks: resources as the rule does, coefficients apart from their limits."""
        if name in {"lowest", "highest", "mean"}:
            decimals = {each.id: each.decimals for each in self.standard.resources.indicators}
            return [write_number(value, decimals.get(indicator, 0))
                    for indicator, value in zip(self.table["indicator"], self.table[name], strict=True)]  # fmt: skip
        if name in {"cv", "margin"}:
            limits = self.table["limit"] if name == "cv" else [0.0] * len(self.table)
            return [written_apart(value, 3, limit) for value, limit in zip(self.table[name], limits, strict=True)]
        if name == "limit":
            return [written_bound(limit, 2) for limit in self.table["limit"]]
        return super()._texts(name, language)

    def summary(self, language: Language | None = None) -> Summary:
        """Give the verdict of each part and of the whole as a result of its own: one row a unit and year."""
        wide = self.verdicts.set_index(["unit", "year", "part"])["verdict"].unstack("part").reset_index()  # noqa: PD010  texts
        names = [name for name in (*PARTS, WHOLE) if name in wide]
        wide.columns.name = None
        doubted = frozenset(self.verdicts.loc[self.verdicts["certainty"] == "C", "part"])
        return Summary(wide[["unit", "year", *names]], "balance_verdicts", rule=self.rule, settings=self.settings,
                       notes=(both("balance_verdicts", "note.open"), *certainty_notes(self.bases(), self.standard)),
                       spoken=language or self.spoken, workspace=self.workspace, simulated=self.simulated,
                       read=self.read, doubted=doubted)  # fmt: skip

    def units_chart(self, stage: str | None = None, year: int | None = None, language: Language | None = None) -> Plot:
        """Draw the coefficients of all units beside their limits: a table of colours.

        Parameters
        ----------
        stage
            ``primary`` or ``junior``; both if not given.
        year
            The newest if not given.
        """
        if stage is not None:
            one_of("stage", stage, TEACHING_STAGES)
        language = language or self.language
        spec = draw_units(self, language, stage=stage, year=self._year(year))
        return self._plot(spec, "alt.units", language)

    def schools_chart(
        self, indicator: str, stage: str = "primary", year: int | None = None, unit: str | None = None,
        language: Language | None = None,
    ) -> Plot:  # fmt: skip
        """Draw what schools have of one indicator beside the threshold: a dot a school, a row a unit.

        Parameters
        ----------
        indicator
            Its id in the rule.
        stage
            ``primary`` or ``junior``.
        year
            The newest if not given.
        unit
            One unit, by id; all if not given.
        """
        one_of("indicator", indicator, [each.id for each in self.standard.resources.indicators])
        one_of("stage", stage, TEACHING_STAGES)
        if unit is not None:
            one_of("unit", unit, sorted(set(self.table["unit"])))
        language = language or self.language
        spec = draw_schools(self, language, indicator=indicator, stage=stage, year=self._year(year), unit=unit)
        return self._plot(spec, "alt.schools", language)

    def _year(self, year: int | None) -> int:
        found = year_among(self.verdicts["year"], year)
        return int(self.verdicts["year"].max()) if found is None else found

    def _plot(self, spec: dict[str, Any], alt: str, language: Language) -> Plot:
        from analysis.documents.result import Plot

        return Plot(spec, self.said(alt, language), language)


@dataclass(frozen=True, eq=False, repr=False)
class Summary(FigureResult):
    """The verdict of each part of a rule and of the whole; parts that rest on what no source read says are marked."""

    _: KW_ONLY
    doubted: frozenset[str] = frozenset()  #: parts with the certainty C

    def head(self, name: str, language: Language) -> str:
        """Give what a column is called, with its mark."""
        mark = "mark.whole" if name == WHOLE else "certainty.C"
        return bracketed(super().head(name, language), self.said(mark, language) if name in self.doubted else "",
                         language)  # fmt: skip


_SIGNS = {">=": "≥", "<=": "≤", "<": "<"}


def balance(
    workspace: Workspace,
    schools: pd.DataFrame | Path | str | None = None,
    *,
    rule: str | RuleSet = "high_quality_balance",
    year: int | Sequence[int] | None = None,
    unit: str | Sequence[str] | None = None,
    items: pd.DataFrame | Path | str | None = None,
    recognition: Recognized | None = None,
    language: Language | None = None,
) -> Balance:
    """Hold schools to a rule on balanced development: coefficients, schools, items, and the verdict of each unit.

    Parameters
    ----------
    workspace
        The workspace; ``analysis.open().balance(…)`` hands it over.
    schools
        A school table as a frame or a file, CSV or Excel (:func:`analysis.workspace.schools.school_contract`); the
        workspace's `data/schools` if not given.
    rule
        A rule set of `data/rules` that says what balanced development is.
    year
        A year or several; all of the table if not given.
    unit
        Ids, codes or names of units; all of the table if not given.
    items
        A table of items (:func:`analysis.indicators.balance.items.item_contract`) as a frame or a file; the workspace's
        `data/items` if not given. What is not in it is open.
    recognition
        What :func:`analysis.satisfaction.social_recognition.recognition.recognition` found: its percentages are the
        values of the rule's item on public recognition, in the year of the wave.
    language
        Of what is shown.

    Returns
    -------
    Balance
        ``table``: unit, year, stage, indicator, ``cv``, ``limit``, ``met`` (missing where the coefficient is),
        ``margin`` (limit − cv), ``schools`` (counted), ``unknown`` (of these, without a figure), ``lowest``,
        ``highest`` and ``mean`` (X̄) of the indicator, ``certainty`` of the limit. ``measures``, ``schools`` (verdicts
        ``meets``, ``fails``, ``unknown``), ``verdicts`` (of each part and of the ``whole``: ``met``, ``missed``,
        ``open``), ``reasons``, ``items``, ``left_out``, ``rows``, ``standard``.

    Raises
    ------
    DuzhengError
        With every fault of the tables (DZ-T…, DZ-U…); DZ-B001 for rows of a school that do not fit together; DZ-B002
        for columns that the rule needs and that hold nothing, and where no school is left; DZ-S002 for rules, years and
        units that there are not, simulated rows beside real ones, and a recognition that the rule has no item for or
        whose year is not judged.

    Notes
    -----
    Combined schools are split first (:func:`analysis.indicators.balance.split.split`). With a school's total x, its
    students P, X = x / P and X̄ = Σx / ΣP: CV = √(Σ (P / ΣP) (X − X̄)²) / X̄ over the counted schools of a unit and
    stage (教督〔2012〕3号, worked example; no n − 1). A school without a figure makes the coefficient
    open, and so its part, unless another one is above its limit. The whole is met only where every part is.
    """
    import pandas as pd

    of, standard = read_standard(workspace, rule)
    table, files = school_table(workspace, schools)
    rows = asked_rows(workspace, held(table, workspace.units), year, unit)
    given = items_of(workspace, items, of, files, recognition, standard, sorted(set(rows["year"])))
    simulated = one_kind(rows, given)
    taught, left_out = counted(rows, standard)
    hold_figures(rows, taught, left_out, standard, of)
    places = [(str(each), int(when)) for each, when in sorted(set(zip(rows["unit"], rows["year"], strict=True)))]
    found = measures(taught, standard)
    of_schools = school_verdicts(found, standard)
    cvs = coefficients(found, standard)
    judged = judge(cvs, standard)
    certainty = standard.variation.certainty
    judged = judged.assign(certainty=pd.Series(certainty, index=judged.index).where(judged["limit"].notna(), None))
    of_items = judged_items(places, given, rows, standard)
    there = occurring(rows, left_out)
    reasons = reasons_of(places, judged, of_schools, of_items, standard, there)
    rule_file = f"data/rules/{of.id}.yaml"
    if (workspace.root / rule_file).is_file():
        files[rule_file] = content_hash(workspace.root / rule_file)
    years = sorted({place[1] for place in places})
    bases = standard.bases(occurring=frozenset[str]().union(*there.values()))
    notes = (*certainty_notes(bases, standard), *notes_of(judged, of_schools, left_out, of_items, standard))
    if recognition is not None:
        n = int((given["file"] == RECOGNITION).sum())
        names = ", ".join(each.name for each in recognition.designs)
        notes = (*notes, both(WORDS, "note.recognition", year=recognition.designs[0].year, names=names, n=n))
    return Balance(
        judged[list(TABLE)], WORDS, measures=found, schools=of_schools, rows=rows, standard=standard, left_out=left_out,
        verdicts=verdicts_of(places, reasons, standard, there), reasons=reasons, items=of_items, rule=of,
        settings={"year": years[0] if len(years) == 1 else years},
        notes=notes, drawing=_draw,
        shown=tuple(name for name in TABLE if name not in {"unknown", "certainty"} or _worth(name, judged)),
        decimals={"cv": 3, "limit": 2, "margin": 3}, named=labels_of(standard),
        workspace=workspace, simulated=simulated, spoken=language, read=files,
    )  # fmt: skip


def coefficients(found: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Compute the coefficient of variation of each indicator over the schools of each unit, year and stage.

    Parameters
    ----------
    found
        As :func:`analysis.indicators.balance.schools.measures` gives it.
    standard
        The rule.

    Returns
    -------
    pandas.DataFrame
        unit, year, stage, indicator, cv, schools, unknown, lowest, highest, mean.
    """
    keys = ["unit", "year", "stage", "indicator"]
    groups = found.groupby(keys, sort=False)
    named = found[keys].drop_duplicates(ignore_index=True)
    each = grouped_cv(found["total"], found["students"], groups.ngroup(), len(named))
    per = named["indicator"].map({each.id: each.per for each in standard.resources.indicators}).astype(float)
    return named.assign(cv=each["cv"], schools=each["n"], unknown=each["unknown"], lowest=each["lowest"] * per,
                        highest=each["highest"] * per, mean=each["mean"] * per)  # fmt: skip


def _draw(result: Balance, language: Language) -> dict[str, Any]:
    """Draw one unit's coefficients as dots, several units' as a table of colours; of the newest year."""
    year = max(int(each) for each in result.verdicts["year"])
    if len(set(result.table.loc[result.table["year"] == year, "unit"])) == 1:
        return draw_balance(result, language, year=year)
    return draw_units(result, language, stage=None, year=year)


def _worth(name: str, table: pd.DataFrame) -> bool:
    """Tell whether a column says anything that a reader must see."""
    return bool(table["unknown"].fillna(0).any() if name == "unknown" else table[name].isin(["C", "own"]).any())


def _count(value: Any) -> str:
    return "" if value is None or str(value) in {"nan", "<NA>"} else f"{int(value):,}"
