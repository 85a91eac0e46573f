"""Two made-up memos, one a language, with every kind of block; the figures and places in them are invented."""

from __future__ import annotations

import pytest

from analysis.documents import (
    Blocks,
    Cell,
    Chart,
    Column,
    Heading,
    KeyFigure,
    KeyFigures,
    Quote,
    Remark,
    Run,
    Sentence,
    Table,
    Title,
    cells_named,
    characters_of,
    render,
    subset_css,
)
from analysis.documents.charts import OTHER, PICKED, REFERENCE
from analysis.messages import NO_VALUE, read_number

LONG_ID = "dispersion.coefficient_of_variation/pupil_teacher_ratio/primary_schools/990101/2021-2023"
DISTRICTS = {
    "zh-Hans": ["青禾区", "白石区", "临江区", "长乐新区", "望海区", "云台区", "南浦区", "东岭区"],
    "en": ["Qinghe", "Baishi", "Linjiang", "Changle New Area", "Wanghai", "Yuntai", "Nanpu", "Dongling"],
}


CELLS = {}


def number(text, cell, measure=""):
    """A number and, on the side, the cell that it shows."""
    plain = text.removesuffix("%")
    value = None if plain == NO_VALUE else read_number(plain)
    decimals = len(plain.partition(".")[2])
    about = {"unit": "990101", "indicator": cell.partition("/")[0], "year": 2023, "statistic": "level"}
    measure = "%" if text.endswith("%") else measure
    CELLS[cell] = Cell(id=cell, value=value, measure=measure, decimals=decimals, how="invented", **about)
    return Run(text=text, cell=cell)


def year(text):
    return Run(text=text, role="year")


def sentence(*pieces, item=False):
    return Sentence(text=tuple(Run(text=p) if isinstance(p, str) else p for p in pieces), item=item)


def runs(*pieces):
    return tuple(Run(text=p) if isinstance(p, str) else p for p in pieces)


def _said(language, chinese, english):
    return chinese if language == "zh-Hans" else english


def title(language, **changes):
    z = language == "zh-Hans"
    return Title(
        text=runs("青禾区履行教育职责情况研究简报" if z else "How Qinghe fulfils its duties in education"),
        lines=(
            runs("数据截至", year("2023"), "年" if z else "") if z else runs("Data up to ", year("2023")),
            (Run(text="2024年5月1日" if z else "1 May 2024", role="date"),),
        ),
        language=language,
        date="2024-05-01",
        subject=_said(language, "区级政府履行教育职责的数据简报", "A memo on a district’s duties in education"),
        **changes,
    )


def bars(language):
    z = language == "zh-Hans"
    values = [14.2, 17.9, 15.1, 18.8, 16.4, 13.7, 19.6, 15.8]
    rows = [
        {"district": name, "ratio": value, "own": "本区" if z and i == 0 else "own" if i == 0 else "other"}
        for i, (name, value) in enumerate(zip(DISTRICTS[language], values, strict=True))
    ]
    own = rows[0]["own"]
    base = {
        "y": {
            "field": "district",
            "type": "nominal",
            "sort": "-x",
            "title": "区" if z else "District",
            "axis": {"title": None},
        },
        "x": {
            "field": "ratio",
            "type": "quantitative",
            "title": "生师比（学生数/专任教师数）" if z else "Pupils a teacher",
        },
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.4.1.json",
        "config": {"view": {"continuousWidth": 300, "continuousHeight": 300}},
        "data": {"name": "data-1"},
        "datasets": {"data-1": rows},
        "layer": [
            {
                "mark": {"type": "bar", "clip": True, "tooltip": True},
                "encoding": base
                | {"color": {"condition": {"test": f"datum.own === '{own}'", "value": PICKED}, "value": OTHER}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": base | {"text": {"field": "ratio", "type": "quantitative", "format": ".1f"}},
            },
            {"mark": {"type": "rule", "color": REFERENCE}, "encoding": {"x": {"datum": 19}}},
        ],
    }


def lines(language):
    z = language == "zh-Hans"
    rows = [
        {"year": y, "share": v + 2 * k, "stage": s}
        for k, s in enumerate(["小学", "初中", "高中 😀"] if z else ["primary’s", "lower secondary", "upper 😀"])
        for y, v in zip(range(2014, 2024), [61, 63.5, 64, 66.2, 68, 69.9, 71, 72.4, 75, 77.7], strict=True)
    ]
    return {
        "data": {"values": rows},
        "mark": {"type": "line", "point": True},
        "width": 480,
        "height": 240,
        "encoding": {
            "x": {"field": "year", "type": "ordinal", "title": "年份" if z else "Year"},
            "y": {
                "field": "share",
                "type": "quantitative",
                "scale": {"zero": False},
                "title": "本科及以上学历教师比例（%）" if z else "Teachers with a degree (%)",
            },
            "color": {"field": "stage", "type": "nominal", "title": None},
        },
    }


def measures(language):
    return ("人", "人") if language == "zh-Hans" else ("pupils", "teachers")


def long_table(language):
    z = language == "zh-Hans"
    pupils, teachers = measures(language)
    rows = tuple(
        (
            (Run(text=f"第{i}小学" if z else f"School {i}", role="label"),),
            (number(f"{300 + 17 * i:,}", f"pupils/school{i}/2023", pupils),),
            (number(f"{20 + i}", f"teachers/school{i}/2023", teachers),),
            (number(f"{(300 + 17 * i) / (20 + i):.1f}", f"ratio/school{i}/2023"),),
        )
        for i in range(1, 61)
    )
    heads = ["学校", "学生数（人）", "教师数（人）", "生师比"] if z else ["School", "Pupils", "Teachers", "Ratio"]
    columns = tuple(Column(text=h, align="left" if i == 0 else "right") for i, h in enumerate(heads))
    caption = runs("青禾区各小学生师比" if z else "Pupils a teacher, by school, Qinghe")
    return Table(
        caption=caption,
        columns=columns,
        rows=rows,
        picked=41,
        notes=(runs("资料来源：虚构数据。" if z else "Source: invented figures."),),
    )


def wide_table(language):
    z = language == "zh-Hans"
    pupils, teachers = measures(language)
    books, ground = ("册", "平方米") if z else ("books", "m²")
    heads = (
        [
            "区",
            "在校生（人）",
            "专任教师（人）",
            "生师比",
            "本科及以上教师（%）",
            "生均图书（册）",
            "生均场地（平方米）",
            "差异系数",
        ]
        if z
        else [
            "District",
            "Pupils",
            "Teachers",
            "Pupils a teacher",
            "With degree (%)",
            "Books a pupil (books)",
            "Ground a pupil (m²)",
            "CV",
        ]
    )
    columns = tuple(Column(text=h, align="left" if i == 0 else "right") for i, h in enumerate(heads))
    rows = tuple(
        (
            (Run(text=name),),
            (number(f"{1113078 - 91234 * i:,}", f"pupils/{i}/2023", pupils),),
            (number(f"{78388 - 4321 * i:,}", f"teachers/{i}/2023", teachers),),
            (number(f"{14.2 + i / 3:.1f}", f"ratio/{i}/2023"),),
            (number(f"{96.5 - i:.1f}", f"degree/{i}/2023", "%"),),
            (number(f"{31 + i}", f"books/{i}/2023", books),),
            (number("—" if i == 3 else f"{9.1 + i / 7:.2f}", f"ground/{i}/2023", ground),),
            (number(f"{0.213 + i / 50:.3f}", f"{LONG_ID}/{i}"),),
        )
        for i, name in enumerate(DISTRICTS[language])
    )
    return Table(
        caption=runs("各区义务教育资源配置，", year("2023"), "年")
        if z
        else runs("Resources of districts, ", year("2023")),
        columns=columns,
        rows=rows,
        picked=0,
        notes=(
            runs(
                "资料来源：虚构数据；“—”表示数据缺失。"
                if z
                else "Source: invented figures; “—” marks a missing figure."
            ),
            runs(
                "注：差异系数为标准差与均值之比。" if z else "Note: CV is the standard deviation divided by the mean."
            ),
        ),
    )


def set_off(language):
    """Headline numbers, a quotation and a signed remark."""
    if language == "zh-Hans":
        return (
            KeyFigures(
                figures=(
                    KeyFigure(value=runs(number("1,113,078", "pupils/0/2023", "人"), "人"), label="义务教育在校生"),
                    KeyFigure(
                        value=runs(number("92.4%", "after_class/0/2023")),
                        label="课后服务参与率",
                        note=runs("比目标低", number("3.2", "after_class_short/0/2023", "个百分点"), "个百分点"),
                    ),
                    KeyFigure(value=runs(number("14.2", "ratio/0/2023")), label="生师比"),
                )
            ),
            Quote(
                text=runs("孩子", Run(text="3年级", role="citation"), "，放学后没有人接，学校能留到六点就好了。"),
                by=runs("一位家长，", year("2023"), "年问卷"),
            ),
            Remark(
                text="以上建议已与青禾区教育局核对，区里对学校层面的数据没有异议。",
                signed=runs("督学 王芳，", Run(text="2024年4月28日", role="date")),
            ),
        )
    return (
        KeyFigures(
            figures=(
                KeyFigure(
                    value=runs(number("1,113,078", "pupils/0/2023", "pupils"), " pupils"),
                    label="in compulsory schooling",
                ),
                KeyFigure(
                    value=runs(number("92.4%", "after_class/0/2023")),
                    label="stay for after-class service",
                    note=runs(
                        number("3.2", "after_class_short/0/2023", "percentage points"), " percentage points short"
                    ),
                ),
                KeyFigure(value=runs(number("14.2", "ratio/0/2023")), label="pupils to a teacher"),
            )
        ),
        Quote(
            text=runs("My child is in ", Run(text="grade 3", role="citation"), "; six o’clock would help us."),
            by=runs("A parent, questionnaire of ", year("2023")),
        ),
        Remark(
            text="The office has gone through this advice with the district, which does not dispute the figures.",
            signed=runs("Wang Fang, inspector, ", Run(text="28 April 2024", role="date")),
        ),
    )


def memo(language, **changes):
    z = language == "zh-Hans"
    if z:
        first = [
            sentence(
                "截至",
                year("2023"),
                "年，青禾区义务教育在校生为",
                number("1,113,078", "pupils/0/2023", "人"),
                "人，专任教师为",
                number("78,388", "teachers/0/2023", "人"),
                "人，生师比为",
                number("14.2", "ratio/0/2023"),
                "。",
            ),
            sentence(
                "与上一年相比，生师比下降",
                number("0.6", "ratio_change/0/2023"),
                "，在全市八个区中居第",
                number("2", "ratio_rank/0/2023"),
                "位。",
            ),
            sentence(
                "“双减”以来，课后服务参与率为",
                number("92.4%", "after_class/0/2023"),
                "，差距为",
                number("−3.2", "after_class_gap/0/2023", "个百分点"),
                "个百分点。",
            ),
        ]
        second = [
            sentence(
                "区内最好的学校与最弱的学校之间仍有差距：生师比的差异系数为",
                number("0.213", LONG_ID),
                "，低于规定的上限。姓名中的生僻字😀\u0007与未分配字符\u0378应当被替换并列出。",
            ),
            sentence("上述结论来自学校层面的数据，不能直接推断学生个体的学习结果。"),
        ]
        items = [
            sentence(
                "对教师数缺口最大的三所学校优先补充编制，缺口合计",
                number("37", "teacher_gap/0/2023", "人"),
                "人；",
                item=True,
            ),
            sentence(
                "按照",
                Run(text="国办发〔2017〕49号", role="citation"),
                "的要求，将整改情况于下一年度自查报告中逐条说明，并附上各校的原始台账，以便复核；",
                item=True,
            ),
            sentence("继续公布各校的生均图书册数。", item=True),
        ]
        levels = ["基本情况", "在校生与教师", "区内差距", "生师比", "学历结构", "建议", "附：各校情况"]
        alts = [
            "条形图：八个区的生师比，青禾区为14.2，排第二低。",
            "折线图：2014年至2023年三个学段本科及以上学历教师比例均上升。",
        ]
        captions = [runs("各区小学生师比，", year("2023"), "年"), runs("本科及以上学历教师比例")]
        source = runs("资料来源：虚构数据。虚线为规定的上限（", number("19", "limit/ratio"), "）。")
    else:
        first = [
            sentence(
                "In ",
                year("2023"),
                " Qinghe’s schools taught ",
                number("1,113,078", "pupils/0/2023", "pupils"),
                " pupils with ",
                number("78,388", "teachers/0/2023", "teachers"),
                " teachers, or ",
                number("14.2", "ratio/0/2023"),
                " pupils a teacher.",
            ),
            sentence(
                "That is ",
                number("0.6", "ratio_change/0/2023"),
                " fewer than the year before, and the district ranks ",
                number("2", "ratio_rank/0/2023"),
                " among the city’s eight.",
            ),
            sentence(
                "Since the “double reduction”, ",
                number("92.4%", "after_class/0/2023"),
                " of pupils stay for after-class service, a gap of ",
                number("−3.2", "after_class_gap/0/2023", "percentage points"),
                " percentage points to the target.",
            ),
        ]
        second = [
            sentence(
                "Schools still differ: the coefficient of variation of the ratio is ",
                number("0.213", LONG_ID),
                ", below the limit. A rare character 😀\u0007 and an unassigned one \u0378 must be listed.",
            ),
            sentence("These findings describe schools (青禾区), and nothing follows from them for a single child."),
        ]
        items = [
            sentence(
                "Fill the posts of the three schools that lack most staff: ",
                number("37", "teacher_gap/0/2023", "teachers"),
                " teachers in all;",
                item=True,
            ),
            sentence(
                "As ",
                Run(text="国办发〔2017〕49号", role="citation"),
                " requires, account for each rectification in next year’s self-evaluation, with the schools’ ledgers;",
                item=True,
            ),
            sentence("keep publishing the number of books a pupil.", item=True),
        ]
        levels = [
            "Profile",
            "Pupils and teachers",
            "Gaps within the district",
            "Pupils a teacher",
            "Degrees",
            "Advice",
            "Annex: the schools",
        ]
        alts = [
            "Bar chart: pupils a teacher in eight districts; Qinghe has 14.2, the second lowest.",
            "Line chart: from 2014 to 2023 the share of teachers with a degree rose at all three stages.",
        ]
        captions = [runs("Pupils a teacher by district, ", year("2023")), runs("Teachers with a degree")]
        source = runs("Source: invented figures. Dashed: the limit set by rule (", number("19", "limit/ratio"), ").")
    figures, said, signed = set_off(language)
    parts = [
        Blocks.of(title(language, **changes), figures),
        Blocks.of(Heading(level=1, text=levels[0]), Heading(level=2, text=levels[1]), *first),
        Blocks.of(*second, wide_table(language)),
        Blocks.of(Heading(level=1, text=levels[2]), Heading(level=2, text=levels[3]), *first[1:], *second),
        Blocks.of(Chart(caption=captions[0], alt=alts[0], spec=bars(language), notes=(source,))),
        Blocks.of(Heading(level=3, text=levels[4]), *second[1:], *first),
        Blocks.of(Chart(caption=captions[1], alt=alts[1], spec=lines(language))),
        Blocks.of(Heading(level=1, text=levels[5]), second[1], *items[:2]),
        Blocks.of(items[2], said, signed),
        Blocks.of(Heading(level=1, text=levels[6], numbered=False), long_table(language)),
    ]
    return [
        part.model_copy(update={"cells": tuple(CELLS[cell] for block in part.blocks for cell in cells_named(block))})
        for part in parts
    ]


NOTICE = {"zh-Hans": "本文数据均为模拟，仅供演示", "en": "All figures are simulated, for demonstration only"}


@pytest.fixture(scope="session", params=["zh-Hans", "en"])
def language(request):
    return request.param


@pytest.fixture(scope="session")
def parts(language):
    return memo(language, synthetic=NOTICE[language])


@pytest.fixture(scope="session")
def font_css(parts):
    return subset_css(characters_of(parts))


@pytest.fixture(scope="session")
def rendered(parts, font_css, tmp_path_factory):
    folder = tmp_path_factory.mktemp("memo")
    return render(parts, formats={"html", "docx", "pdf"}, directory=folder, stem="memo", font_css=font_css)
