"""Numerals in prose, in digits and in words, and the words that say which way a figure went."""

from __future__ import annotations

import re
from typing import Final

_DIGITS = r"\d[\d,.%]*"
#: Numbers in words, which would go round the check of digits: shares, tenths (成), halves, multiples and large numbers.
_HAN = "[〇零一二两三四五六七八九十百千万]+"
_CHINESE = (
    rf"{_HAN}分之{_HAN}|{_HAN}分之"
    # 统一成, 第三成员 and 初三成绩 are no tenths; nor is 一成不变.
    r"|(?<![统唯单同任每某这那第初])一成(?![不员果绩就功立为长效型形])|(?<![第初])[二两三四五六七八九]成(?![员果绩就功])"
    r"|过?半数|过半(?![年天月个])|[一大]半(?![年天晌径])|翻了?[一二两三四五几]?番|[一二两三四五六七八九十]倍"
    r"|(?<!统)[一二两三四五六七八九][十百千万亿]"
)
_UNITS = "one|two|three|four|five|six|seven|eight|nine|ten"
_TEENS = "eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_PARTS = "third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth|thousandth"
#: What a third or a quarter may come before without being a share: a third party, a quarter of a year.
_COUNTED = (
    "part(?:y|ies)|time|year|month|week|day|hour|term|grade|class|form|stage|step|round|visit|inspection|school|district|teacher"
    "|pupil|student|child|person|language|kind|group|reason|way|point"
)
_ENGLISH = (
    r"\b(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)\b"
    rf"|\b(?:{_UNITS})[ -](?:hundred|thousand|million|billion)\b"
    rf"|\b(?:{_UNITS}|{_TEENS}|hundred|an?)[ -]?(?:per[ -]?cent(?!age|ile)|percentage[ -]points?)\b"
    rf"|\b(?:an?|{_UNITS})[ -](?:{_PARTS})s?\b(?![ -](?:{_COUNTED}))"
    r"|\b(?:an?|one) half\b(?![ -](?:day|hour|year|term))"
    r"|(?<!first )(?<!second )(?<!other )(?<!latter )\bhalf (?:of|the|as)\b"
    r"|\b(?:than|over|under|nearly|almost|about|by|to|only) half\b(?![ -](?:an?|day|hour|year|term))"
    r"|\bhal(?:ved|ving)\b|\b(?:doubl|tripl|trebl|quadrupl)(?:ed|ing)\b|\btwice (?:as|the)\b"
    rf"|\b(?:{_UNITS})(?:[ -]?fold| times (?:as|the|more|higher|larger))\b"
)
NUMERAL: Final = re.compile(f"{_DIGITS}|{_CHINESE}|{_ENGLISH}", re.IGNORECASE)
#: Words that say which way a figure went or lies; of several before a number, the last says it of this one.
_DOWN = (
    r"[下减缩回跌][降少减落滑跌]|[降减少低跌短]"
    r"|\b(?:f[ae]ll(?:s|en|ing)?|drop\w*|declin\w*|decreas\w*|shr[aiu]nk\w*|los[st]\w*|less|fewer|lower|below|down|short|minus)\b"
)
_UP = (
    r"[增上提][长加多升高]|[增升高多涨]"
    r"|\b(?:ris(?:e|es|en|ing)|rose|gr[eo]w\w*|increas\w*|gain\w*|more|higher|above|up|plus)\b"
)
WAY: Final = re.compile(rf"(?P<down>{_DOWN})|(?P<up>{_UP})", re.IGNORECASE)
