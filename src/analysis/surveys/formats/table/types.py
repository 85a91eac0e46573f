"""What types of questions are called in tables, and how many answers or points they say."""

from __future__ import annotations

import re
import unicodedata

#: What types are called, compared without case, spaces and the word 题.
TYPES: dict[str, tuple[str, ...]] = {
    "single": ("单选", "单项选择", "单选择", "选择", "下拉", "下拉单选", "single", "singlechoice", "radio", "selectone",
               "choice", "dropdown"),
    "multiple": ("多选", "多项选择", "不定项选择", "不定项", "multiple", "multiplechoice", "checkbox", "checkboxes",
                 "selectmultiple", "multi", "multiselect"),
    "rating": ("量表", "评分", "打分", "评价", "单项量表", "rating", "likert", "scale", "likertscale", "ratingscale"),
    "matrix": ("矩阵", "矩阵单选", "矩阵量表", "表格", "matrix", "grid", "array", "likertmatrix"),
    "text": ("填空", "文本", "简答", "开放", "开放式", "问答", "主观", "单行文本", "text", "open", "openended",
             "freetext", "shorttext", "string"),
    "numeric": ("数字", "数值", "整数", "小数", "number", "numeric", "integer", "decimal"),
    "date": ("日期", "date", "day"),
    "yes_no": ("是否", "判断", "yesno", "boolean", "truefalse"),
    "ranking": ("排序", "排名", "ranking", "rank", "order"),
    "information": ("说明", "说明文字", "段落说明", "提示", "information", "info", "note", "statement", "instruction"),
    "long": ("多行文本", "长文本", "longtext", "paragraph", "comment"),
}  # fmt: skip
BY_NAME = {name: kind for kind, names in TYPES.items() for name in names}
NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_N = f"(\\d{{1,2}}|[{''.join(NUMERALS)}])"
_CHOOSE = r"(?:choose|select|pick|tick|mark|check)\s+"
#: How many may be chosen, as a type says it; a question's words must speak of choosing.
MOST = re.compile(
    rf"(?:最多|至多|不超过|限)(?:可?选择?)?\s*{_N}\s*[项个]?|(?:at most|up to|max(?:imum)?)\s*{_N}", re.IGNORECASE
)
LEAST = re.compile(rf"(?:至少|最少|不少于)(?:选择?)?\s*{_N}\s*[项个]?|(?:at least|min(?:imum)?)\s*{_N}", re.IGNORECASE)
CHOSEN = {
    "most": re.compile(
        rf"(?:最多|至多|不超过|限)可?以?(?:(?:选择?|勾选)\s*{_N}\s*[项个种条]?|\s*{_N}\s*项)"
        rf"|{_CHOOSE}(?:at most|up to|no more than)\s+{_N}", re.IGNORECASE),
    "least": re.compile(
        rf"(?:至少|最少|不少于)(?:(?:要|应|须|需)?(?:选择?|勾选)\s*{_N}\s*[项个种条]?|\s*{_N}\s*项)"
        rf"|{_CHOOSE}at least\s+{_N}", re.IGNORECASE),
}  # fmt: skip
#: Any other number that is to be chosen.
ASKED = re.compile(rf"选(?:择|出|取)?\s*{_N}(?:\s*[-~—–至到]\s*{_N})?\s*[项个种条]")
LEVELS = re.compile(rf"{_N}\s*[级点分]")


def type_of(text: str) -> tuple[str, str]:
    """Read a type, and what stands in brackets behind it.

    Examples
    --------
    >>> type_of("多选题（最多选3项）"), type_of("Yes / No"), type_of("附件")
    (('multiple', '最多选3项'), ('yes_no', ''), ('', '附件'))
    >>> type_of("填空（数字）"), type_of("五级量表"), type_of("多选，限选3项")
    (('numeric', ''), ('rating', '五级'), ('multiple', '限选3项'))
    """
    plain = unicodedata.normalize("NFKC", text)
    head, _, rest = plain.strip(" []【】*").partition("(")
    limit = MOST.search(head) or LEAST.search(head)
    rest = rest.strip(" )")
    within = (head.replace(limit[0], ""), f"{limit[0]} {rest}".strip()) if limit else ("", "")
    for name, more in ((plain, ""), (head, rest), within):
        kind = _kind(name)
        if kind == "text" and _kind(more) in {"numeric", "date", "long"}:
            return _kind(more), ""
        if kind:
            return kind, more
    if "量表" in head:
        # What is measured, and on how many points, stands before the word as a rule.
        said = re.sub(r"李克特|单项|矩阵|量表|题|likert|\s", "", head, flags=re.IGNORECASE)
        return "matrix" if "矩阵" in head else "rating", f"{said} {rest}".strip()
    return "", text


def _kind(name: str) -> str:
    known = re.sub(r"[\W_题]+", "", name.lower())
    kind = BY_NAME.get(known) or BY_NAME.get(known.removesuffix("question"))
    filled = BY_NAME.get(known.replace("填空", ""), "") if "填空" in known else ""
    return kind or (filled if filled in {"numeric", "date"} else "")


def count_of(match: re.Match[str]) -> int:
    """Give the number that a match found, in digits or in Chinese."""
    found = next(group for group in match.groups() if group)
    return NUMERALS.get(found) or int(found)
