"""What forms say beside the questionnaire's own words."""

from __future__ import annotations

from analysis.messages import Texts
from analysis.surveys.items import Missing

MISSING: dict[Missing, Texts] = {
    "dont_know": {"zh-Hans": "不知道", "en": "I don't know"},
    "refused": {"zh-Hans": "不想回答", "en": "I'd rather not say"},
    "not_applicable": {"zh-Hans": "不适用", "en": "Does not apply"},
}
YES_NO: dict[str, Texts] = {"yes": {"zh-Hans": "是", "en": "Yes"}, "no": {"zh-Hans": "否", "en": "No"}}
WRITE_IN: Texts = {"zh-Hans": "请写明：", "en": "Please say:"}
PLACE: Texts = {"zh-Hans": "地点编码", "en": "Place code"}
