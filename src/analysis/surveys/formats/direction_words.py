"""The words of conditions: what :mod:`analysis.surveys.formats.directions` puts together."""

from __future__ import annotations

import datetime as dt

from analysis.messages import Language

WORDS: dict[Language, dict[str, str]] = {
    "zh-Hans": {
        "question": "第{n}题", "row": "第{n}题“{row}”一行", "quoted": "“{}”", "or": "或", "list": "、",
        "every": "，并且", "either": "，或者", "bracket": "〔{}〕", "never": "没有人符合的情形",
        "only": "（仅由{}者{}）", "if": "（仅在以下情形{}：{}）", "nobody": "（无需{}）",
        "answer": "回答", "read": "阅读", "part": "回答本部分",
        "chosen": "{q}答{labels}", "other": "{q}答了{labels}以外的选项", "except": "（{labels}除外）",
        "answered": "{q}已回答", "unanswered": "{q}没有回答", "none counts": "（一项都不选也算回答）",
        "not counted": "（答{labels}的不算）",
        "ticked": "{q}选了{label}", "unticked": "{q}没有选{label}", "ranked": "{q}排了{label}",
        "unranked": "{q}没有排{label}",
        "tick": "{q}选了{many}{n}项", "rank": "{q}排了{many}{n}项",
        "no tick": "{q}一项都没有选", "no rank": "{q}一项都没有排",
        "count": "{q}所选的项数", "ranks": "{q}所排的项数", "number": "{q}填的数", "code": "{q}所选的编码",
        "date": "{q}填的日期", "text": "{q}写的内容",
        "is one of": "{left}是{q}所选的一项", "is none of": "{left}不是{q}所选的一项",
        "true": "下列情形符合{many}{n}种：{parts}", "hold": "下列情形中符合的种数{sign}：{parts}",
        "part mark": "（{n}）{part}", "part gap": "；", "day": "{d.year}年{d.month}月{d.day}日",
    },
    "en": {
        "question": "question {n}", "row": "question {n}, line “{row}”,", "quoted": "“{}”", "or": " or ", "list": ", ",
        "every": ", and ", "either": ", or ", "bracket": "[{}]", "never": "a case that nobody is in",
        "only": "({1} only if {0})", "if": "({0} only if {1})", "nobody": "(Nobody need {})",
        "answer": "Answer", "read": "Read", "part": "Answer this part",
        "chosen": "{q} is {labels}", "other": "{q} is something other than {labels}", "except": " (or {labels})",
        "answered": "{q} is answered", "unanswered": "{q} is not answered",
        "none counts": " (ticking nothing counts as an answer)", "not counted": " ({labels} does not count)",
        "ticked": "{label} is ticked in {q}", "unticked": "{label} is not ticked in {q}",
        "ranked": "{label} is ranked in {q}", "unranked": "{label} is not ranked in {q}",
        "tick": "{many} {n} {options} ticked in {q}", "rank": "{many} {n} {options} ranked in {q}",
        "no tick": "nothing is ticked in {q}", "no rank": "nothing is ranked in {q}",
        "count": "the number of options ticked in {q}", "ranks": "the number of options ranked in {q}",
        "number": "the number in {q}", "code": "the code ticked in {q}", "date": "the date in {q}",
        "text": "what is written in {q}",
        "is one of": "{left} is one of the options ticked in {q}",
        "is none of": "{left} is none of the options ticked in {q}",
        "true": "{many} {n} of these {are} true: {parts}", "hold": "the number of these that are true{sign}: {parts}",
        "part mark": "({n}) {part}", "part gap": "; ",
        "day": "{d.day} {month} {d.year}",
    },
}  # fmt: skip
COMPARED: dict[Language, dict[str, str]] = {
    "zh-Hans": {"==": "是{}", "!=": "不是{}", "<": "小于{}", "<=": "不超过{}", ">": "大于{}", ">=": "不小于{}"},
    "en": {"==": " is {}", "!=": " is not {}", "<": " is less than {}", "<=": " is at most {}",
           ">": " is more than {}", ">=": " is at least {}"},
}  # fmt: skip
DATES: dict[Language, dict[str, str]] = {
    "zh-Hans": {"==": "是{}", "!=": "不是{}", "<": "早于{}", "<=": "不晚于{}", ">": "晚于{}", ">=": "不早于{}"},
    "en": {"==": " is {}", "!=": " is not {}", "<": " is before {}", "<=": " is not after {}",
           ">": " is after {}", ">=": " is not before {}"},
}  # fmt: skip
MANY: dict[Language, dict[str, str]] = {
    "zh-Hans": {"==": "正好", "<": "少于", "<=": "至多", ">": "多于", ">=": "至少"},
    "en": {"==": "exactly", "<": "fewer than", "<=": "at most", ">": "more than", ">=": "at least"},
}
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def day(date: dt.date, language: Language) -> str:
    """Write a date for a reader.

    >>> day(dt.date(2025, 9, 1), "zh-Hans"), day(dt.date(2025, 9, 1), "en")
    ('2025年9月1日', '1 September 2025')
    """
    return WORDS[language]["day"].format(d=date, month=_MONTHS[date.month - 1])
