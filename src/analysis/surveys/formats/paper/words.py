"""What a paper form says beside the questionnaire's own words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from analysis.messages import Language, Texts, pick
from analysis.surveys.items import Date, Matrix, Missing, Multiple, Numeric, Ranking
from analysis.surveys.survey import Survey

WORDS: Final[dict[str, Texts]] = {
    "number": {"zh-Hans": "表　　号：{}", "en": "Form number: {}"},
    "approval": {"zh-Hans": "批准文号：{}", "en": "Approval: {}"},
    "valid": {"zh-Hans": "有效期至：{}", "en": "Valid until: {}"},
    "office": {"zh-Hans": "以下由工作人员填写", "en": "For office use"},
    "place": {"zh-Hans": "地点编码", "en": "Place code"},
    "serial": {"zh-Hans": "问卷编号", "en": "Serial number"},
    "entered": {"zh-Hans": "录入", "en": "Entered by"},
    "checked": {"zh-Hans": "复核", "en": "Checked by"},
    "privacy": {"zh-Hans": "保密承诺：", "en": "What we promise: "},
    "how": {"zh-Hans": "填写说明", "en": "How to fill in this form"},
    "tick": {"zh-Hans": "选一项，在□内打“√”", "en": "Tick one box in each line"},
    "help": {"zh-Hans": "说明：", "en": "Note: "},
    "simple": {"zh-Hans": "换句话说：", "en": "In other words: "},
    "several": {"zh-Hans": "（可多选）", "en": "(Tick all that apply)"},
    "least": {"zh-Hans": "（可多选，至少{least}项）", "en": "(Tick at least {least})"},
    "most": {"zh-Hans": "（可多选，至多{most}项）", "en": "(Tick up to {most})"},
    "between": {"zh-Hans": "（可多选，至少{least}项，至多{most}项）", "en": "(Tick {least} to {most})"},
    "exactly": {"zh-Hans": "（选{least}项）", "en": "(Tick {least})"},
    "alone": {"zh-Hans": "（选此项就不选其他）", "en": " (tick nothing else then)"},
    "write": {"zh-Hans": "请写明：", "en": "please say:"},
    "rank": {
        "zh-Hans": "（请把选项前的编码按顺序填在横线上）",
        "en": "(Write the codes of the options on the lines, in order)",
    },
    "place of": {"zh-Hans": "第{}位", "en": "No. {}"},
    "whole": {"zh-Hans": "整数", "en": "a whole number"},
    "decimal": {"zh-Hans": "数，小数点后至多{}位", "en": "a number, up to {} digits after the point"},
    "from to": {"zh-Hans": "（{least}至{most}的{kind}）", "en": "({kind} from {least} to {most})"},
    "from": {"zh-Hans": "（不小于{least}的{kind}）", "en": "({kind} of at least {least})"},
    "to": {"zh-Hans": "（不大于{most}的{kind}）", "en": "({kind} of at most {most})"},
    "any": {"zh-Hans": "（{kind}）", "en": "({kind})"},
    "days": {"zh-Hans": "（{least}至{most}）", "en": "(from {least} to {most})"},
    "days from": {"zh-Hans": "（{least}或以后）", "en": "({least} or later)"},
    "days to": {"zh-Hans": "（{most}或以前）", "en": "({most} or earlier)"},
    "year": {"zh-Hans": "年", "en": "Year "},
    "month": {"zh-Hans": "月", "en": "Month "},
    "day": {"zh-Hans": "日", "en": "Day "},
    "longest": {"zh-Hans": "（不超过{}字）", "en": "(up to {} characters)"},
    "empty": {"zh-Hans": "{}的，请留空。", "en": "Leave this empty if {}."},
    "section": {"zh-Hans": "{}、", "en": "Part {}. "},
    "invited": {
        "zh-Hans": "您的孩子受邀参加这项问卷调查。问卷开头对孩子是这样说的：“{}”",
        "en": "Your child is invited to take part in this survey. It begins with these words to the child: “{}”",
    },
    "guardian": {"zh-Hans": "监护人同意书", "en": "A guardian's consent"},
    "pupil": {"zh-Hans": "孩子姓名", "en": "Name of the child"},
    "class": {"zh-Hans": "班级", "en": "Class"},
    "signed": {"zh-Hans": "监护人签名", "en": "Signature of the guardian"},
    "relation": {"zh-Hans": "与孩子的关系", "en": "Relation to the child"},
    "date": {"zh-Hans": "日期", "en": "Date"},
    "apart": {
        "zh-Hans": "本页单独交回、单独保存，不与问卷放在一起。问卷上请不要写姓名。",
        "en": "This page is handed in and kept apart from the questionnaire. No name is written on the questionnaire.",
    },
    "footer": {"zh-Hans": "{title}　{name}　内容校验码 {digest}", "en": "{title}   {name}   Content hash {digest}"},
}
EMPTY: Final[dict[Missing, Texts]] = {
    "dont_know": {"zh-Hans": "不知道", "en": "you don't know"},
    "refused": {"zh-Hans": "不想回答", "en": "you would rather not say"},
    "not_applicable": {"zh-Hans": "不适用", "en": "it does not apply to you"},
}
_GUIDE: Final[dict[str, Texts]] = {
    "pen": {
        "zh-Hans": "请用蓝色或黑色的笔填写，字迹要清楚。全部填完大约需要{minutes:g}分钟。",
        "en": "Please use a blue or black pen. It takes about {minutes:g} minutes.",
    },
    "tick": {
        "zh-Hans": "请在所选答案前的“□”内打“√”。没有注明可多选的，只选一项。□旁的编码供录入时使用。",
        "en": "Tick (√) the box (□) of your answer: one only, unless it says that you may tick several. "
        "The codes beside the boxes are for data entry.",
    },
    "wrong": {
        "zh-Hans": "选错了，请把整个□涂黑，再选正确的；写错了，请划掉，在旁边重写。",
        "en": "If you ticked a wrong box, blacken all of it and tick the right one. Cross out what you wrote wrongly.",
    },
    "only": {
        "zh-Hans": "题目开头写明由谁回答、在什么情形回答的，不符合的请跳过，接着答下一题。",
        "en": "Where it says who answers a question, go on to the next question if that is not you.",
    },
    "must": {"zh-Hans": "带“*”的题请尽量不要空着。", "en": "Please do not leave out questions with a *."},
    "digits": {
        "zh-Hans": "填数字的，一格填一位，靠右填；左边多出的格空着。",
        "en": "Write one digit in each box, to the right; boxes on the left may stay empty.",
    },
    "simple": {
        "zh-Hans": "“换句话说”后面是同一道题更浅显的说法，写给{who}的同学看；一道题只回答一次。",
        "en": "What follows “In other words” is the same question in simpler words, for you if {who}. "
        "Answer each question only once.",
    },
    "simple adults": {
        "zh-Hans": "“换句话说”后面是同一道题更浅显的说法，写给{who}的人看；一道题只回答一次。",
        "en": "What follows “In other words” is the same question in simpler words, for you if {who}. "
        "Answer each question only once.",
    },
}


def said(key: str, language: Language, *values: Any, **named: Any) -> str:
    """Give a sentence of the form.

    >>> said("place of", "en", 2)
    'No. 2'
    """
    return pick(WORDS[key], language).format(*values, **named)


def guide(survey: Survey, language: Language, simple: str) -> Iterator[str]:
    """Say how the form is filled in: only what it has.

    Parameters
    ----------
    survey
        The questionnaire.
    language
        Of the form.
    simple
        Who reads the simple words, as a clause; nothing where there are none.
    """
    sheet, items = survey.questionnaire, [each.item for each in survey.asked]
    directed = any(each.condition is not None for each in survey.asked) or any(survey.sections.values())
    yield pick(_GUIDE["pen"], language).format(minutes=sheet.minutes)
    yield from (pick(_GUIDE[key], language) for key in ("tick", "wrong"))
    if directed:
        yield pick(_GUIDE["only"], language)
    if any(each.use.mandatory for each in survey.asked):
        yield pick(_GUIDE["must"], language)
    if any(isinstance(item, Numeric | Date) for item in items):
        yield pick(_GUIDE["digits"], language)
    if simple:
        key = "simple" if sheet.respondent == "student" else "simple adults"
        yield pick(_GUIDE[key], language).format(who=simple)


def many(item: Multiple, language: Language) -> str:
    """Say how many options may be ticked."""
    if item.least and item.most is not None:
        key = "exactly" if item.least == item.most else "between"
    else:
        key = "least" if item.least else "most" if item.most is not None else "several"
    return said(key, language, least=item.least, most=item.most)


def limits(item: Numeric, language: Language) -> str:
    """Say what numbers may be filled in."""
    kind = said("decimal", language, item.decimals) if item.decimals else said("whole", language)
    key = {(True, True): "from to", (True, False): "from", (False, True): "to", (False, False): "any"}
    least, most = (None if each is None else f"{each:.15g}".replace("-", "\N{MINUS SIGN}")
                   for each in (item.least, item.most))  # fmt: skip
    return said(key[least is not None, most is not None], language, least=least, most=most, kind=kind)


def left_empty(item: Any, language: Language) -> str:
    """Say when what would be filled in stays empty: there is no box for it, as no form has a place to keep it."""
    if not item.missing or isinstance(item, Matrix | Ranking):
        return ""
    kinds = [pick(EMPTY[kind], language) for kind in item.missing]
    gap = "或" if language == "zh-Hans" else " or "
    return said("empty", language, gap.join(kinds))
