"""Rules of answers that LimeSurvey has no attribute for: expressions of its own, and the words for who breaks them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.messages import Texts
from analysis.surveys import phrases
from analysis.surveys.formats.parts import Choice
from analysis.surveys.items import Numeric, Ranking
from analysis.surveys.survey import Asked

#: The attribute that holds them, and what those of ours look like.
RULE = "em_validation_q"
OURS = re.compile(r"is_empty\(\w+\.NAOK\) or (\([^()]*\)|regexMatch\(\"/\^-\?[^\"]*/\", \w+\.NAOK\))")
DECIMAL = "[0-9]?"


def rule_of(each: Asked, answers: Sequence[Choice]) -> tuple[str, Texts] | None:
    """Give an item's rule as an expression, and the words for who breaks it.

    Of a ranking, that a kind of missing stands alone; of a number, how many decimals it may have. There is no rounding
    in it: that breaks on an empty answer.
    """
    item, code = each.item, each.code
    match item:
        case Ranking():
            kinds = [choice.code for choice in answers if choice.missing]
            ranks = range(1, (item.most or sum(not choice.missing for choice in answers)) + 1)
            if not kinds or len(ranks) == 1:
                return None
            others = " and ".join(f'{code}_{rank}.NAOK != "{kind}"' for rank in ranks for kind in kinds)
            return f"is_empty({code}_2.NAOK) or ({others})", phrases.RANKED_ALONE
        case Numeric() if item.decimals:
            form = "^-?[0-9]*([.]" + DECIMAL * item.decimals + "0*)?$"
            tip = {language: text.format(n=item.decimals) for language, text in phrases.DECIMALS.items()}
            return f'is_empty({code}.NAOK) or regexMatch("/{form}/", {code}.NAOK)', tip
    return None
