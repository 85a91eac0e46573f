"""The pages of a new workspace: its front page, and what stands above a page that is another workspace's."""

from __future__ import annotations

from typing import Final

from analysis.messages import Texts
from analysis.workspace.starter.place import DEPARTMENT, TOWN, Place

#: By file or folder, what is in it.
_LIES: Final = (
    ("`workspace.yaml`", "名称、语言、年份、发布日期", "Names, languages, years, the date on documents"),
    ("`data/units.csv`", "各单位及其沿革", "The units and their history"),
    ("`data/indicators/`, `data/rules/`, `data/sources.csv`", "指标目录、规则、来源，均取自{source_zh}",
     "Catalogue, rules and sources, those of {source_en}"),
    ("`data/observations/`", "数据，每个数注明来源", "Figures, each with its source"),
    ("`data/ledger/`, `data/targets/`", "自评、整改、目标，尚无", "Self-evaluations, rectification, targets: none yet"),
    ("`surveys/`", "题库和问卷，取自{source_zh}，涉及地方的题目须改",
     "The bank and questionnaires of {source_en}: items that name places are to be changed"),
    ("`notebooks/`", "备忘录模板；研究用笔记本，按{source_zh}的数据写成",
     "Templates of memos; notebooks for researchers, written for the figures of {source_en}"),
    ("`reports/`", "运行结果，不入版本库", "What runs produce, not in git"),
)  # fmt: skip
_FRONT: Final = """\
# {name_zh} · {name_en}

督政的工作区，取自{source_zh}的工作区。A workspace of Duzheng, begun from that of {source_en}.

| 文件 file | 内容 what |
|---|---|
{lies}

{below}1. `duzheng data check` — 核对全部文件。Holds all files to their contracts.
2. `duzheng survey check` — 核对问卷。Holds the questionnaires to theirs.
3. `duzheng memo build` — 生成备忘录。Builds the memos.
"""
_BELOW: Final = """\
本工作区评价{name_zh}的街镇和部门，写入 `data/units.csv`：`id` 与 `code` 相同，`kind` 为 `{town}`（街镇）或
`{department}`（部门），`parent` 为 `{whole}`；合并、更名的写法见 `data/README.md`。

{name_en} evaluates its towns and departments. They are rows of `data/units.csv`: `id` and `code` alike, the kind
`{town}` or `{department}`, the parent `{whole}`. `data/README.md` says how mergers and new names are written.

```csv
id,code,name_zh,name_en,short_zh,short_en,kind,parent,valid_from,valid_to,successor
{whole}001,{whole}001,某某街道,A Subdistrict,某某,A,{town},{whole},,,
{whole}-edu,{whole}-edu,教育局,Education Bureau,教育局,Education,{department},{whole},,,
```

"""


def front_page(source: Texts, place: Place) -> str:
    """Write the front page of a new workspace, in both languages.

    Parameters
    ----------
    source
        Name of the workspace that it is begun from.
    place
        The place of the new one.
    """
    name: Texts = place.settings.get("name", source)
    words = {"name_zh": name["zh-Hans"], "name_en": _english(name), "source_zh": source["zh-Hans"],
             "source_en": _english(source), "whole": place.whole, "town": TOWN, "department": DEPARTMENT}  # fmt: skip
    below = _BELOW.format(**words) if place.kind == TOWN else ""
    lies = "\n".join(f"| {file} | {zh}。{en} |" for file, zh, en in _LIES).format(**words)
    return _FRONT.format(**words, lies=lies, below=below)


def note(source: Texts) -> str:
    """Write what stands above a page that is taken from another workspace.

    >>> print(note({"zh-Hans": "某市", "en": "Anywhere"}))
    > 本页取自某市的工作区，所说的数据和地方是该工作区的；`docs/` 各页随程序提供。
    >
    > Taken from the workspace of Anywhere: what this page says of figures and places is of that one. The pages of
    > `docs/` are with the program.
    """
    return (
        f"> 本页取自{source['zh-Hans']}的工作区，所说的数据和地方是该工作区的；`docs/` 各页随程序提供。\n>\n"
        f"> Taken from the workspace of {_english(source)}: what this page says of figures and places is of that one. "
        "The pages of\n> `docs/` are with the program."
    )


def _english(name: Texts) -> str:
    return name.get("en") or name["zh-Hans"]
