"""Invented comments with a small code frame, for examples and tests; no chance in them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.satisfaction.open_answers.code_frame import CodeFrame
from analysis.surveys.design import Design, design_of
from analysis.surveys.example import example_design

if TYPE_CHECKING:
    from analysis.messages import Language
    from analysis.surveys.design import Kind

_SAID = (
    "作业太多，写到很晚。", "食堂的饭菜总是凉的。", "没有意见", "作业少一点，多一点运动时间。",
    "希望校门口的路再宽一些。", "Too much homework.", "午餐的菜多换一换。", "周末的作业能不能少留一点。",
    "食堂排队太久，来不及写作业。", "图书角的书旧了。",
)  # fmt: skip


def example_frame() -> CodeFrame:
    """Give a code frame of two topics."""
    return CodeFrame.model_validate({
        "id": "example", "version": 1, "date": dt.date(2025, 9, 1), "title": {"zh-Hans": "示例", "en": "Example"},
        "nothing": ["没有意见", "无"],
        "topics": {
            "load": {"name": {"zh-Hans": "作业", "en": "Homework"}, "covers": {"zh-Hans": "作业", "en": "Homework"},
                     "zh": ["作业"], "en": ["homework"]},
            "canteen": {"name": {"zh-Hans": "食堂", "en": "Canteen"}, "covers": {"zh-Hans": "食堂", "en": "Canteen"},
                        "zh": ["食堂", "午餐"], "en": ["lunch"]},
        },
    })  # fmt: skip


def example_comments(
    kind: Kind = "probability", *, districts: int = 2, said: tuple[str, ...] | dict[str, tuple[str, ...]] = _SAID,
    language: Language = "zh-Hans", **sizes: Any,
) -> Design:  # fmt: skip
    """Make the design of an invented wave in which every second person wrote something.

    Parameters
    ----------
    kind, districts, language, sizes
        As :func:`analysis.surveys.example.example_design` takes them.
    said
        What they wrote, in turn; or by district.
    """
    import pandas as pd

    design = example_design(kind, districts=districts, language=language, **sizes)
    texts = []
    for row, district in enumerate(design.data["district"].astype("str")):
        turn = said[district] if isinstance(said, dict) else said
        texts.append(turn[(row * 7 // 2 + row // 40) % len(turn)] if row % 2 == 0 and row % 22 else None)
    responses = design.wave.responses.assign(words=pd.Series(texts, dtype="str"))
    return design_of(replace(design.wave, responses=responses), labels=design.labels, language=language)
