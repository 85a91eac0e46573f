"""How simulated people answer: whether at all, with how much care, how far, how fast, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.surveys.pace import Reader, seconds
from analysis.surveys.simulate.population import stream
from analysis.surveys.simulate.truth import options_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.simulate.respondents import Respondents
    from analysis.surveys.simulate.truth import Comments, Truth
    from analysis.surveys.survey import Survey

#: How much faster than reading takes.
HASTE = {"careful": 1.0, "straight": 0.22, "random": 0.3, "mobilised": 0.45}


def ready(truth: Truth, survey: Survey, people: Respondents, persons: pd.DataFrame, seed: int) -> np.ndarray:
    """Give every person's chance to answer when asked: the rate, moved by place, satisfaction and what they are."""
    import numpy as np

    manner = truth.manner_of(survey.questionnaire.wave)
    code, places = persons["place"].factorize()
    odds = manner.happier * people.general
    odds = odds + manner.rate_places * stream(seed, survey.name, "ready").standard_normal(len(places))[code]
    for each in survey.asked:
        moved = manner.readiness.get(each.code)
        if moved and each.code in people.facts:
            shifts = np.array([moved.get(option, 0.0) for option in options_of(survey, each)])
            odds = odds + shifts[people.facts[each.code]]
    level = np.log(manner.rate / (1 - manner.rate)) if manner.rate < 1 else np.inf
    return _share(odds, level)


def _share(odds: np.ndarray, level: float) -> np.ndarray:
    """Turn log odds into chances whose mean is that of the level."""
    import numpy as np
    from scipy.optimize import brentq
    from scipy.special import expit

    if not np.isfinite(level) or not len(odds):
        return np.ones(len(odds))
    wanted = expit(level)
    reach = 20 + float(abs(odds).max())
    shift = brentq(lambda x: float(expit(odds + x).mean()) - wanted, level - reach, level + reach)
    found: np.ndarray = expit(odds + shift)
    return found


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How each respondent answers: the truth that analyses of quality can be held to."""

    kind: np.ndarray  #: careful, straight, random or mobilised
    stops: np.ndarray  #: the number of the first item that is no longer answered; the number of items where all are
    pace: np.ndarray  #: speed: 1 is the usual


def behaviour(truth: Truth, survey: Survey, persons: pd.DataFrame, told: list[str], seed: int) -> Behaviour:
    """Decide how respondents answer; ``told`` are the places that were told to tick the top."""
    import numpy as np

    manner, n, items = truth.manner_of(survey.questionnaire.wave), len(persons), len(survey.asked)
    chance = stream(seed, survey.name, "behaviour")
    kind = np.full(n, "careful", dtype=object)
    careless = chance.random(n) < manner.careless
    straight = chance.random(n) < manner.straight
    kind[careless & straight], kind[careless & ~straight] = "straight", "random"
    obeys = persons["place"].isin(told).to_numpy() & (chance.random(n) < manner.mobilised_within)
    kind[obeys] = "mobilised"
    stops = np.where(chance.random(n) < manner.breakoff, chance.integers(2, max(items, 3), n), items)
    return Behaviour(kind, stops, np.exp(chance.normal(0, 0.3, n)))


def mobilised(truth: Truth, survey: Survey, log: pd.DataFrame, seed: int) -> list[str]:
    """Name the places that are told to tick the top: one at least of those in the log, where the truth has any."""
    share = truth.manner_of(survey.questionnaire.wave).mobilised
    if not share:
        return []
    number = max(1, round(share * len(log)))
    return sorted(stream(seed, survey.name, "mobilised").choice(log["place"].to_numpy(), number, replace=False))


def times(survey: Survey, how: Behaviour, shown: dict[str, np.ndarray], seed: int) -> dict[str, np.ndarray]:
    """Give the seconds that respondents spend on each section, ``seconds[section]``, and on all, ``seconds``.

    Parameters
    ----------
    survey
        The questionnaire.
    how
        How they answer.
    shown
        Of each item, whether it was shown and reached.
    seed
        Of the times.

    Notes
    -----
    Items take the seconds of :mod:`analysis.surveys.pace`, times the respondent's pace, haste and a log-normal error.
    """
    import numpy as np

    reader: Reader = "student" if survey.questionnaire.respondent == "student" else "adult"
    haste = np.array([HASTE[str(kind)] for kind in how.kind])
    found: dict[str, np.ndarray] = {}
    for section in survey.questionnaire.sections:
        total = np.zeros(len(how.pace))
        seen: set[str] = set()
        for each in (each for each in survey.asked if each.section.id == section.id):
            scale = getattr(each.item, "scale", "")
            usual = seconds(each.item, survey.bank, reader, survey.questionnaire.languages,
                            scale_known=scale in seen)  # fmt: skip
            seen |= {scale} - {""}
            total += np.where(shown[each.code], usual, 0.0)
        error = np.exp(stream(seed, survey.name, "times", section.id).normal(0, 0.25, len(total)))
        found[f"seconds[{section.id}]"] = np.round(total * how.pace * haste * error, 1)
    return {"seconds": np.round(np.sum([*found.values()], axis=0), 1), **found}


def words(comments: Comments, share: float, level: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Write comments: who writes, and in which tone, by how satisfied respondents are.

    Parameters
    ----------
    comments
        The parts that they are put together of.
    share
        Who writes on average; the dissatisfied write more.
    level
        (N,) How satisfied respondents are, in standard deviations.
    chance
        Of the words.

    Returns
    -------
    numpy.ndarray
        (N,) texts, and None of those who write nothing.
    """
    import numpy as np

    n = len(level)
    eager = np.clip(share * np.exp(-0.35 * level - 0.06), 0, 1)
    writes = np.flatnonzero(chance.random(n) < eager)
    found = np.full(n, None, dtype=object)
    tone = level + chance.normal(0, 0.5, n)
    for row in writes:
        draws = chance.random(2)
        if draws[0] < comments.of_little_use_share and comments.of_little_use:
            found[row] = str(chance.choice(comments.of_little_use))
            continue
        parts = comments.good if tone[row] > 0.4 else comments.bad if tone[row] < -0.4 else comments.middling  # noqa: PLR2004
        said = "".join(part[int(chance.integers(len(part)))] for part in parts if part)
        if draws[1] < comments.personal_share and comments.personal:
            said += comments.personal[int(chance.integers(len(comments.personal)))]
        found[row] = said or None
    return found


def started(opened: np.datetime64, days: int, how: Behaviour, chance: np.random.Generator) -> np.ndarray:
    """Give the minute at which respondents begin: most in the first days and the evening, the mobilised all at once."""
    import numpy as np

    n = len(how.kind)
    day = np.minimum(chance.exponential(days / 3, n).astype(int), days - 1)
    minute = np.clip(chance.normal(18.5 * 60, 150, n), 6 * 60, 23 * 60).astype(int)
    told = how.kind == "mobilised"
    day[told], minute[told] = min(1, days - 1), 10 * 60 + chance.integers(0, 12, int(told.sum()))
    found: np.ndarray = opened + (day * 1440 + minute).astype("timedelta64[m]")
    return found
