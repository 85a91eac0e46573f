"""The two languages of what readers see. Chinese is the first."""

from __future__ import annotations

from typing import Literal, TypedDict, get_args

Language = Literal["zh-Hans", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

#: A text in both languages. The keys are BCP 47 tags.
Texts = TypedDict("Texts", {"zh-Hans": str, "en": str})
