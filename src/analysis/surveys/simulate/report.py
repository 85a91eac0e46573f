"""What the demonstration waves hold and what is true of them, as a document that is marked synthetic on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analysis.documents import (
    Blocks,
    Cell,
    Column,
    Heading,
    Run,
    Runs,
    Sentence,
    Table,
    Title,
    characters_of,
    render,
    result,
    subset_css,
)
from analysis.messages import Language, Texts, pick, write_number
from analysis.surveys.phrases import RESPONDENTS
from analysis.surveys.questionnaire import Open, Probability

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.surveys.simulate.wave import Simulated
    from analysis.workspace import Workspace

#: Where the report is written.
FOLDER = "reports/demo"
WORDS: dict[str, Texts] = {
    "title": {"zh-Hans": "演示用满意度调查数据说明", "en": "The demonstration waves of the satisfaction surveys"},
    "what": {"zh-Hans": "数据从哪里来", "en": "Where the answers come from"},
    "made": {
        "zh-Hans": "答卷由程序按各问卷的跳转规则生成，没有任何人真实作答，不反映任何地区、学校或个人的情况。",
        "en": "The answers were made by a program that follows each questionnaire's routing. Nobody gave them, and "
              "they say nothing of any place, school or person.",
    },
    "truth": {
        "zh-Hans": "生成时依据的真值写在各问卷的真值文件里，分析结果可以与之对照；"
                   "未应答、不认真作答和被动员作答都按声明的比例加入，所以估计值与真值之间应当有差距。",
        "en": "What is true of them is declared in a file for each questionnaire, so that results can be held to it. "
              "Nonresponse, careless and mobilised answering are mixed in as declared: estimates ought to differ.",
    },
    "waves": {"zh-Hans": "各次调查概况", "en": "The waves"},
    "indices": {"zh-Hans": "真值：各项指数的总体均值", "en": "The truth: means of indices in the population"},
    "districts": {"zh-Hans": "真值：总体满意度指数的分区均值", "en": "The truth: overall satisfaction by unit"},
    "questionnaire": {"zh-Hans": "问卷", "en": "Questionnaire"},
    "drawn": {"zh-Hans": "方式", "en": "Kind"},
    "places": {"zh-Hans": "场所（个）", "en": "Places"},
    "asked": {"zh-Hans": "抽取（人）", "en": "Asked"},
    "answers": {"zh-Hans": "答卷（份）", "en": "Answers"},
    "rate": {"zh-Hans": "应答率（%）", "en": "Rate (%)"},
    "whole": {"zh-Hans": "答完（%）", "en": "Done (%)"},
    "minutes": {"zh-Hans": "用时（分）", "en": "Min."},
    "careless": {"zh-Hans": "不认真（%）", "en": "Careless (%)"},
    "mobilised": {"zh-Hans": "被动员（%）", "en": "Told (%)"},
    "index": {"zh-Hans": "指数", "en": "Index"},
    "unit": {"zh-Hans": "单位", "en": "Unit"},
    "Probability": {"zh-Hans": "抽样", "en": "drawn"},
    "Open": {"zh-Hans": "开放", "en": "open"},
    "Census": {"zh-Hans": "全数", "en": "census"},
    "note": {
        "zh-Hans": "资料来源：模拟数据。用时为中位数。开放问卷没有抽取人数，不计算应答率。",
        "en": "Source: simulated data. Minutes are medians; “told” were told to tick the top. Of open questionnaires "
              "nobody was drawn, and there is no rate.",
    },
    "closed": {
        "zh-Hans": "资料来源：模拟数据的真值文件；由声明的效应直接算出，没有抽样误差。",
        "en": "Source: the files of truth; reckoned from the declared effects, without error of sampling.",
    },
}  # fmt: skip


def write_report(workspace: Workspace, waves: Sequence[Simulated]) -> list[Path]:
    """Write the report on simulated waves in the workspace's languages, as ``reports/demo/waves.LANGUAGE.…``."""
    units = workspace.units.frame
    names: dict[str, Texts] = {
        code: {"zh-Hans": zh, "en": en}
        for code, zh, en in zip(units["code"], units["name_zh"], units["name_en"], strict=True)
    }
    settings = workspace.settings
    documents = {each: report(waves, names, each, settings.released.isoformat()) for each in settings.languages}
    css = subset_css(characters_of(part for parts in documents.values() for part in parts))
    done = [
        render(parts, formats=("html", "pdf"), directory=workspace.root / FOLDER, stem=f"waves.{each}", font_css=css)
        for each, parts in documents.items()
    ]
    return [path for each in done for path in each.files.values()]


def report(waves: Sequence[Simulated], units: Mapping[str, Texts], language: Language, date: str) -> list[Blocks]:
    """Describe simulated waves.

    Parameters
    ----------
    waves
        The waves.
    units
        Names of units by code; a code without one stands for itself.
    language
        Of the document.
    date
        Printed on it, ISO 8601.

    Returns
    -------
    list of Blocks
        For :func:`analysis.documents.render`: an overview of the waves, the true means of all indices, and those of
        each questionnaire's last index by unit.
    """
    sheet = _Sheet(language)
    overview = sheet.overview(waves)
    means, by_unit = sheet.means(waves), sheet.by_unit(waves, units)
    notice = result.WORDS.said("results", "synthetic", language)
    title = Title(text=pick(WORDS["title"], language), language=language, date=date, synthetic=notice)
    said = [Sentence(text=pick(WORDS[key], language)) for key in ("made", "truth")]
    return [
        Blocks.of(title),
        Blocks.of(sheet.heading("what"), *said),
        Blocks.of(sheet.heading("waves"), overview, cells=sheet.cells),
        Blocks.of(sheet.heading("indices"), means, cells=sheet.cells),
        Blocks.of(sheet.heading("districts"), by_unit, cells=sheet.cells),
    ]


class _Sheet:
    """Tables whose numbers carry the cells that they come from."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self.cells: list[Cell] = []

    def said(self, key: str) -> str:
        return pick(WORDS[key], self.language)

    def heading(self, key: str) -> Heading:
        return Heading(level=1, text=self.said(key))

    def number(self, name: str, wave: int, what: str, value: float | None, decimals: int, measure: str) -> Runs:
        """Give a number as a run, and keep its cell."""
        cell = Cell(id=f"synthetic/{name}/{what}", value=value, unit=name, indicator=what.partition("/")[0], year=wave,
                    statistic="simulated", measure=measure, decimals=decimals, how="synthetic")  # fmt: skip
        self.cells.append(cell)
        return (Run(text=write_number(value, decimals), cell=cell.id),)

    def table(self, caption: str, heads: Sequence[Runs], rows: Sequence[tuple[Runs, ...]], note: str) -> Table:
        columns = [Column(text=head, align="left" if place == 0 else "right") for place, head in enumerate(heads)]
        return Table(caption=_words(self.said(caption)), columns=tuple(columns), rows=tuple(rows),
                     notes=(_words(self.said(note)),))  # fmt: skip

    def overview(self, waves: Sequence[Simulated]) -> Table:
        heads = (
            "questionnaire",
            "drawn",
            "places",
            "asked",
            "answers",
            "rate",
            "whole",
            "minutes",
            "careless",
            "mobilised",
        )
        rows = []
        for wave in waves:
            name, year = wave.survey.name, wave.survey.questionnaire.wave
            selection = wave.survey.questionnaire.selection
            asked = None if isinstance(selection, Open) else float(wave.log["persons_drawn"].sum())
            n, kinds = len(wave.responses), wave.behaviour["behaviour"]
            values: tuple[tuple[str, float | None, int, str], ...] = (
                ("places", float(len(wave.log)), 0, ""),
                ("asked", asked, 0, ""),
                ("answers", float(n), 0, ""),
                ("rate", 100 * n / asked if asked else None, 1, "%"),
                ("whole", 100 * float(wave.responses["completed"].mean()), 1, "%"),
                ("minutes", float(wave.responses["seconds"].median()) / 60, 1, "min"),
                ("careless", 100 * float(kinds.isin(["straight", "random"]).mean()), 1, "%"),
                ("mobilised", 100 * float((kinds == "mobilised").mean()), 1, "%"),
            )
            kind = "Probability" if isinstance(selection, Probability) else type(selection).__name__
            rows.append(
                (self.titled(wave), _words(self.said(kind)), *(self.number(name, year, *each) for each in values))
            )
        return self.table("waves", [_words(self.said(head)) for head in heads], rows, "note")

    def titled(self, wave: Simulated) -> Runs:
        sheet = wave.survey.questionnaire
        return (Run(text=f"{pick(RESPONDENTS[sheet.respondent], self.language)} {sheet.wave}", role="label"),)

    def means(self, waves: Sequence[Simulated]) -> Table:
        """Show every index's mean in the population, a column a wave."""
        years = sorted({wave.survey.questionnaire.wave for wave in waves})
        found: dict[tuple[str, str], tuple[Runs, dict[int, Runs]]] = {}
        for wave in waves:
            sheet, year = wave.survey.questionnaire, wave.survey.questionnaire.wave
            names = {index.id: pick(index.name, self.language) for index in sheet.analyses.indices}
            true = wave.indices[wave.indices["unit"].isna()]
            for index, mean in zip(true["index"], true["mean"], strict=True):
                label = (
                    Run(text=f"{pick(RESPONDENTS[sheet.respondent], self.language)} · {names[index]}", role="label"),
                )
                of = found.setdefault((sheet.id, index), (label, {}))
                of[1][year] = self.number(wave.survey.name, year, f"{index}/all", mean, 1, "")
        heads = [_words(self.said("index")), *((Run(text=str(year), role="year"),) for year in years)]
        rows = [
            (label, *(of.get(year, _words(write_number(None, 1))) for year in years)) for label, of in found.values()
        ]
        return self.table("indices", heads, rows, "closed")

    def by_unit(self, every: Sequence[Simulated], units: Mapping[str, Texts]) -> Table:
        """Show the last index of each questionnaire's newest wave by unit."""
        waves = list({wave.survey.questionnaire.id: wave for wave in every}.values())
        found: dict[str, dict[str, Runs]] = {}
        for wave in waves:
            name, year = wave.survey.name, wave.survey.questionnaire.wave
            last = wave.survey.questionnaire.analyses.indices[-1].id
            true = wave.indices[(wave.indices["index"] == last) & wave.indices["unit"].notna()]
            for unit, mean in zip(true["unit"], true["mean"], strict=True):
                found.setdefault(unit, {})[name] = self.number(name, year, f"{last}/{unit}", mean, 1, "")
        names = [wave.survey.name for wave in waves]
        heads = [_words(self.said("unit")), *map(self.titled, waves)]
        rows = [
            ((Run(text=pick(units[unit], self.language) if unit in units else unit, role="label"),),
             *(of.get(name, _words(write_number(None, 1))) for name in names))
            for unit, of in found.items()
        ]  # fmt: skip
        return self.table("districts", heads, rows, "closed")


def _words(text: str) -> Runs:
    return (Run(text=text),)
