"""Words that rules look for, by language."""

from __future__ import annotations

import re
from functools import cache

from analysis.messages import Language

#: LimeSurvey's own words, which no question may be called by.
RESERVED = frozenset({"lang", "sid", "savedid", "token", "qid", "gid", "sgq", "self", "that", "this", "time"})
PLACEHOLDERS = ("todo", "tbd", "fixme", "lorem ipsum", "xxx", "待定", "待补", "？？", "???")
OTHER = frozenset({"其他", "其它", "别的", "other", "others", "other (please say)", "something else"})

WORDS: dict[str, dict[Language, tuple[str, ...]]] = {
    "vague": {
        "zh-Hans": ("等等", "等方面", "某些", "适当", "一定程度", "相关", "有关方面", "之类"),
        "en": ("etc", "and so on", "appropriate", "relevant", "certain aspects", "some kind of"),
    },
    "leading": {
        "zh-Hans": ("是否同意", "是否赞成", "难道", "不是吗", "不觉得", "众所周知", "大家都", "显然", "毫无疑问",
            "想必", "优秀的", "先进的", "卓越的", "理应", "不应该"),
        "en": ("don't you", "isn't it", "wouldn't you", "shouldn't", "obviously", "of course", "as we all know",
            "surely", "everybody knows", "everyone knows", "undoubtedly", "excellent", "outstanding",
            "do you agree that"),
    },
    "absolute": {
        "zh-Hans": ("总是", "从来", "所有", "每个", "每一个", "全部", "完全", "绝对", "任何", "百分之百", "一切"),
        "en": ("always", "never", "all", "every", "everyone", "everybody", "nobody", "none", "completely",
            "absolutely", "entirely"),
    },
    "jargon": {
        "zh-Hans": ("督政", "督学", "督导", "均衡化", "优质均衡", "素养", "治理", "生均", "校本", "集团化", "统筹",
            "学区化", "五育", "减负增效", "内涵发展", "抓手", "保教", "德育", "教研", "资源配置", "履职",
            "办学体制"),
        "en": ("stakeholder", "stakeholders", "governance", "holistic", "modality", "modalities", "pedagogy",
            "pedagogical", "capacity building", "equitable", "infrastructure", "formative", "curricular",
            "implementation", "per capita", "inspectorate"),
    },
    "labels": {
        "zh-Hans": ("差生", "后进生", "农民工子女", "外地人", "乡下", "残废", "弱智", "问题学生", "贫困生", "单亲"),
        "en": ("handicapped", "retarded", "problem students", "poor students", "backward", "broken home",
            "broken homes", "migrant children", "slow learners"),
    },
    "services": {
        "zh-Hans": ("午餐", "午饭", "食堂", "校车", "宿舍", "课后服务", "实验", "托管", "心理咨询", "寄宿"),
        "en": ("lunch", "canteen", "school bus", "dormitory", "after-school", "laboratory", "laboratories",
            "boarding", "counselling"),
    },
    "period": {
        "zh-Hans": ("这学期", "本学期", "上学期", "过去", "最近", "上周", "上个月", "今年", "本学年", "这学年",
            "每周", "每天"),
        "en": ("this term", "last term", "past", "last", "this year", "this school year", "a week", "per week",
            "a day"),
    },
    "recall": {
        "zh-Hans": ("过去三年", "过去四年", "过去五年", "过去几年", "近三年", "近五年", "近几年", "这些年",
            "多年来"),
        "en": ("past three years", "past four years", "past five years", "past few years", "past years",
            "last three years", "last five years", "last few years", "over the years"),
    },
    "sensitive": {
        "zh-Hans": ("欺负", "欺凌", "伤害", "孤立你", "收入", "工资", "宗教", "疾病", "离异", "离婚", "随迁",
            "户籍", "残疾", "抑郁", "自杀", "吸烟", "饮酒", "补习"),
        "en": ("bullied", "bully", "hurt", "income", "salary", "religion", "illness", "divorced", "disability",
            "suicide", "smoke", "alcohol", "household registration", "private lessons"),
    },
    "personal": {
        "zh-Hans": ("姓名", "名字", "电话", "手机号", "身份证", "住址", "家庭地址", "学号", "微信号", "邮箱",
            "出生日期", "生日", "车牌"),
        "en": ("your name", "full name", "telephone", "phone number", "mobile number", "id card", "home address",
            "student number", "e-mail", "email", "date of birth", "birthday"),
    },
    "birth": {
        "zh-Hans": ("出生", "生日"),
        "en": ("birth", "born", "birthday"),
    },
    "voluntary": {
        "zh-Hans": ("自愿", "可以不", "随时"),
        "en": ("voluntary", "may leave", "free to", "need not", "do not have to", "stop at any time"),
    },
    "kept": {
        "zh-Hans": ("匿名", "不记名", "不收集", "保密", "谁能看到", "不会看到", "没有人会看到"),
        "en": ("anonymous", "confidential", "do not ask for names", "do not collect", "who sees", "nobody"),
    },
    "anonymous": {
        "zh-Hans": ("匿名", "不记名", "无记名"),
        "en": ("anonymous", "anonymously"),
    },
    "names": {
        "zh-Hans": ("姓名", "名字"),
        "en": ("name", "names"),
    },
}  # fmt: skip

#: Scales: what makes a label negative, neutral, or positive.
NEGATIVE = {
    "zh-Hans": r"不|没|差|难|低|少|坏|弱|糟",
    "en": r"\b(dis\w+|not|un\w+|poor|bad|worse|worst|low|weak|never)\b",
}
NEUTRAL = {
    "zh-Hans": r"一般|说不清|中立|不确定|既不|无所谓|还行",
    "en": r"\b(neither|neutral|average|undecided|so-so|unsure)\b",
}
POSITIVE = {
    "zh-Hans": r"满意|同意|好|高|强|赞成|公平|信任|重要",
    "en": r"\b(satisfied|agree|good|better|best|excellent|happy|fair|high|strong|trust|important)\b",
}
FREQUENCY = {"zh-Hans": r"从不|很少|有时|经常|总是", "en": r"\b(never|rarely|seldom|sometimes|often|always)\b"}
AGREEMENT = {"zh-Hans": r"同意|赞成", "en": r"\bagree"}
#: What joins two things, and words that only look so.
JOINING = {"zh-Hans": r"和|与|及|以及|并且|或者|、|又", "en": r"\band\b|\bor\b|\bas well as\b|/"}
NOT_JOINING = {
    "zh-Hans": r"和谐|和平|温和|缓和|参与|与会|及时|普及|涉及|来得及|及格|与其|总的来说|又是",
    "en": r"more or less|now and then|again and again",
}
#: What denies, and words that only look so; “清不清楚” asks, it does not deny.
DENYING = {
    "zh-Hans": r"不|没|未|无|并非|拒绝|禁止|缺乏",
    "en": r"\b(not|no|never|nor|none|without|cannot|unless|lacks?|fails?|unable|unfair|unlikely|impossible|"
    r"disagree|dissatisfied)\b|n't\b",
}
NOT_DENYING = {
    "zh-Hans": r"(.)不\1|有没有|不同|不断|不仅|不但|不管|不论|不只|不到|差不多|不少|未来|无论",
    "en": r"no longer than|not only|whether or not",
}


def found_in(name: str, text: str, language: Language) -> list[str]:
    """List the words of a list that a text has; English ones whole, in any case."""
    return [
        match[0]
        for match in _pattern(name, language).finditer(re.sub(r"\ball in all\b", "", text, flags=re.IGNORECASE))
    ]


@cache
def _pattern(name: str, language: Language) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(WORDS[name][language], key=len, reverse=True))
    return re.compile(words if language == "zh-Hans" else rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def polarity(label: str, language: Language) -> int:
    """Give what a label of a scale says: -1 negative, 0 neither, 1 positive."""
    if re.search(NEUTRAL[language], label, re.IGNORECASE):
        return 0
    if re.search(NEGATIVE[language], label, re.IGNORECASE):
        return -1
    return 1 if re.search(POSITIVE[language], label, re.IGNORECASE) else 0
