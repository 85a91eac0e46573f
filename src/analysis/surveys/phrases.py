"""What forms say beside the questionnaire's own words."""

from __future__ import annotations

from analysis.messages import Texts
from analysis.surveys.items import Missing
from analysis.surveys.questionnaire import Respondent

MISSING: dict[Missing, Texts] = {
    "dont_know": {"zh-Hans": "不知道", "en": "I don't know"},
    "refused": {"zh-Hans": "不想回答", "en": "I'd rather not say"},
    "not_applicable": {"zh-Hans": "不适用", "en": "Does not apply"},
}
YES_NO: dict[str, Texts] = {"yes": {"zh-Hans": "是", "en": "Yes"}, "no": {"zh-Hans": "否", "en": "No"}}
WRITE_IN: Texts = {"zh-Hans": "请写明：", "en": "Please say:"}
AGREE: Texts = {"zh-Hans": "我已阅读以上说明，自愿参加。", "en": "I have read this, and take part of my own will."}
RANKED_ALONE: Texts = {"zh-Hans": "选“不知道”“不想回答”等时，不再排其他项。",
                       "en": "Rank nothing beside an answer such as “I don't know”."}  # fmt: skip
DECIMALS: Texts = {"zh-Hans": "最多 {n} 位小数。", "en": "At most {n} decimals."}
PLACE: Texts = {"zh-Hans": "地点编码", "en": "Place code"}
RESPONDENTS: dict[Respondent, Texts] = {
    "student": {"zh-Hans": "学生", "en": "Students"},
    "parent": {"zh-Hans": "家长", "en": "Parents"},
    "teacher": {"zh-Hans": "教师", "en": "Teachers"},
    "principal": {"zh-Hans": "校长", "en": "Principals"},
    "staff": {"zh-Hans": "教职工", "en": "School staff"},
    "public": {"zh-Hans": "社会公众", "en": "The public"},
}
