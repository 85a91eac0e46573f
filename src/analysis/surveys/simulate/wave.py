"""A simulated wave: respondents follow the routing of the real questionnaire, and what is true of them is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.columns import Column, columns
from analysis.surveys.decided import MISSING
from analysis.surveys.expressions import Node, answers
from analysis.surveys.items import WRITTEN_IN, Information, Matrix, Multiple, Numeric, OpenText, Ranking, Rating
from analysis.surveys.logic import holds_in
from analysis.surveys.questionnaire import Open
from analysis.surveys.simulate.expected import margins_of, true_indices
from analysis.surveys.simulate.manners import Behaviour, behaviour, mobilised, ready, started, times, words
from analysis.surveys.simulate.population import Draw, draw, stream
from analysis.surveys.simulate.respondents import Respondents, answer, ranked, respondents, ticked
from analysis.surveys.simulate.truth import Answered, Truth

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from analysis.surveys.survey import Asked, Survey


#: Where on the scale those tick who go down the page, from 0 to 1: the middle more than the ends.
STRAIGHT = (0.0, 1 / 3, 0.5, 0.5, 0.5, 2 / 3, 1.0)


@dataclass(frozen=True)
class Simulated:
    """A simulated wave. Nothing in it was observed, and each of its tables says so in the column ``synthetic``."""

    survey: Survey
    truth: Truth
    seed: int
    responses: pd.DataFrame = field(repr=False)  #: as a collected wave's
    log: pd.DataFrame = field(repr=False)  #: of the draw, with the answers that came
    margins: tuple[pd.DataFrame, ...] = field(repr=False)  #: known totals, one frame a margin of the questionnaire
    behaviour: pd.DataFrame = field(repr=False)  #: how each respondent answered, which no real wave tells

    @cached_property
    def indices(self) -> pd.DataFrame:
        """The means of the population, by :func:`true_indices`."""
        return true_indices(self.truth, self.survey)


def simulate(survey: Survey, truth: Truth, *, n: int | None = None, seed: int | None = None) -> Simulated:
    """Make up respondents of a questionnaire, and their answers.

    Parameters
    ----------
    survey
        The questionnaire.
    truth
        What is true of them, as :func:`analysis.surveys.simulate.truth.read_truth` reads it.
    n
        How many answer. Left out, as many as the truth's draw and rate give.
    seed
        Of the draw and the persons; the truth's own if left out. Places stay what they are with any.

    Returns
    -------
    Simulated
        ``responses`` has one row an answer: ``id``, ``synthetic``, of drawn samples the columns of place, unit and kind
        that the truth names, of open ones ``place`` (missing where the link had no code) and ``channel``; ``language``,
        ``started``, ``completed``, ``seconds``, ``seconds[section]``, and the columns of
        :func:`analysis.surveys.columns.columns`. What was not shown is missing. ``log`` has one row a place that was
        drawn, ``behaviour`` one an answer: ``id``, ``behaviour`` (careful, straight, random, mobilised), ``stopped``.

    Raises
    ------
    DuzhengError
        DZ-Q011 if the truth is another questionnaire's, does not know the columns of a margin, or has too few persons.

    Examples
    --------
    >>> from analysis.surveys.simulate.truth import plain_truth
    >>> import analysis
    >>> survey = analysis.open().questionnaires()["public-2025"]
    >>> wave = simulate(survey, plain_truth(survey), n=50, seed=1)
    >>> len(wave.responses), bool(wave.responses["synthetic"].all())
    (50, True)
    """
    if truth.survey != survey.questionnaire.id:
        raise DuzhengError(
            Fault("DZ-Q011", file=survey.file, found=f"the truth of {truth.survey}", expected=survey.questionnaire.id,
                  hint="name the file of truth of this questionnaire")
        )  # fmt: skip
    number = truth.seed if seed is None else seed
    drawn = draw(truth, survey, n, number)
    people = respondents(truth, survey, drawn.persons, number)
    rows = _who_answers(truth, survey, drawn, people, n, number)
    persons, people = drawn.persons.iloc[rows].reset_index(drop=True), people.take(rows)
    how = behaviour(truth, survey, persons, mobilised(truth, survey, drawn.log, number), number)
    given, shown = _Answering(truth, survey, persons, people, how, number).all()
    responses = _responses(truth, survey, persons, how, given, times(survey, how, shown, number), number)
    log = drawn.log.assign(answers=persons["row"].value_counts().reindex(drawn.log.index, fill_value=0), synthetic=True)
    named = _named(truth)
    told = responses[["id", "synthetic"]].assign(behaviour=how.kind.astype(str), stopped=~responses["completed"])
    order = responses["started"].argsort(kind="stable")
    told, responses = (each.iloc[order].reset_index(drop=True) for each in (told, responses))
    return Simulated(survey, truth, number, responses, log.rename(columns=named), margins_of(truth, survey), told)


def _named(truth: Truth) -> dict[str, str]:
    frame = truth.frame
    return {"place": frame.place, "unit": frame.unit, **({"group": frame.group} if frame.group else {})}


def _who_answers(
    truth: Truth, survey: Survey, drawn: Draw, people: Respondents, n: int | None, seed: int
) -> np.ndarray:
    import numpy as np

    wave = survey.questionnaire.wave
    chance = stream(seed, survey.name, "who").random(len(drawn.persons))
    likely = ready(truth, survey, people, drawn.persons, seed)
    if isinstance(survey.questionnaire.selection, Open):
        said = truth.waves[wave].answers if wave in truth.waves else None
        n = n or said or 1000
    if n is None:
        return np.flatnonzero(chance < likely)
    # Those n whose turn comes first when each waits a time with the rate of their readiness.
    return np.sort(np.argsort(-np.log(chance) / likely, kind="stable")[:n])


class _Answering:
    """Answers item by item, in the order of the questionnaire, where the routing shows it."""

    def __init__(
        self, truth: Truth, survey: Survey, persons: pd.DataFrame, people: Respondents, how: Behaviour, seed: int
    ) -> None:
        self.truth, self.survey, self.persons, self.people, self.how, self.seed = (
            truth, survey, persons, people, how, seed,
        )  # fmt: skip
        self.manner = truth.manner_of(survey.questionnaire.wave)
        self.given: dict[str, pd.Series] = {}
        self.columns: dict[str, list[Column]] = {}
        for column in columns(survey):
            self.columns.setdefault(column.asked.code, []).append(column)

    def all(self) -> tuple[dict[str, pd.Series], dict[str, np.ndarray]]:
        """Give every column, and of every item whether it was shown and reached."""
        shown: dict[str, np.ndarray] = {}
        sections = dict.fromkeys(self.survey.sections)
        for place, each in enumerate(self.survey.asked):
            if sections[each.section.id] is None:
                sections[each.section.id] = self.holds(self.survey.sections[each.section.id])
            shown[each.code] = sections[each.section.id] & self.holds(each.condition) & (self.how.stops > place)
            self.item(each, shown[each.code])
        return self.given, shown

    def holds(self, node: Node | None) -> np.ndarray:
        """Tell for whom a condition is true."""
        import numpy as np
        import pandas as pd

        if node is None:
            return np.ones(len(self.persons), dtype=bool)
        codes = {each.code for each in answers(node)}
        frame = pd.DataFrame({
            name: values for name, values in self.given.items() if name in codes or name.partition("[")[0] in codes
        }, index=self.persons.index)  # fmt: skip
        found: np.ndarray = holds_in(node, frame).fillna(value=False).to_numpy(dtype=bool)
        return found

    def item(self, each: Asked, shown: np.ndarray) -> None:
        import numpy as np

        if isinstance(each.item, Information):
            return
        n, item, code = len(self.persons), each.item, each.code
        chance = stream(self.seed, self.survey.name, "manner", code)
        meant = self.carelessly(each, answer(self.truth, self.survey, each, self.people, self.persons, self.seed))
        said = self.truth.of(code, self.survey.questionnaire.wave)
        skips = (chance.random(n) < self.manner.skip) & (not each.use.mandatory)
        why = np.full(n, "", dtype=object)
        for kind, share in said.missing.items():
            why[(chance.random(n) < share) & (why == "") & (self.how.kind == "careful")] = MISSING[kind]  # type: ignore[index]
        for column in self.columns.get(code, ()):
            if column.holds == "missing":
                self.given[column.name] = self.coded(column, why, shown & (why != ""))
            elif column.name == f"{code}{WRITTEN_IN}":
                self.write_in(column, each, chance)
            elif isinstance(item, OpenText):
                self.write(column, shown & ~skips, chance)
            else:
                answered = shown & (why == "")
                if isinstance(item, Multiple):
                    values = meant[column.name] & ~skips  # nothing ticked is an answer
                else:
                    values, answered = meant[column.name], answered & ~skips
                self.given[column.name] = self.coded(column, values, answered)

    def carelessly(self, each: Asked, meant: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Replace what was meant by what those tick who do not read, or who were told what to tick."""
        import numpy as np

        item, n = each.item, len(self.persons)
        chance = stream(self.seed, self.survey.name, "careless", each.code)
        straight, anything, told = (self.how.kind == kind for kind in ("straight", "random", "mobilised"))
        same = stream(self.seed, self.survey.name, "straight").choice(STRAIGHT, n)
        options = max(len(self.survey.bank.options(item)), 2)
        if isinstance(item, Multiple | Ranking | Numeric):
            return self.anyhow(each, meant, anything | straight, chance)
        for name, values in meant.items():
            if values.dtype.kind not in "iu":  # days
                continue
            free = chance.integers(0, options, n)
            of = self.truth.of(name, self.survey.questionnaire.wave)
            if isinstance(item, Rating | Matrix):
                best = options - 1 if of.loading >= 0 else 0
                here = np.where(straight, np.rint(same * (options - 1)).astype(int), values)
                meant[name] = np.where(anything, free, np.where(told, best, here))
            elif not of.unit:
                meant[name] = np.where(anything | straight, free, values)
        return meant

    def anyhow(
        self, each: Asked, meant: dict[str, np.ndarray], rows: np.ndarray, chance: np.random.Generator
    ) -> dict[str, np.ndarray]:
        """Let those who do not read tick any options, rank in any order, and write any number within the limits."""
        import numpy as np

        item, n, options = each.item, len(rows), self.survey.bank.options(each.item)
        match item:
            case Numeric(least=float() as least, most=float() as most):
                free = {each.code: np.round(chance.uniform(least, most, n), item.decimals)}
            case Multiple():
                free = ticked(Answered(), each.code, item, options, chance, n)
            case Ranking():
                free = ranked(Answered(), each.code, item, options, chance, n)
            case _:
                return meant
        return {name: np.where(rows, free[name], values) for name, values in meant.items()}

    def coded(self, column: Column, values: np.ndarray, kept: np.ndarray) -> pd.Series:
        """Make a column of codes, truths, numbers or days; missing where nothing was answered."""
        import pandas as pd

        codes = list(column.labels)
        match column.holds:
            case "choice" if column.number:
                points = pd.array([int(code) for code in codes], dtype="Int16").take(values)
                return pd.Series(points).where(pd.Series(kept))
            case "choice" | "rank":
                texts = pd.Index([str(code) for code in codes])
                return pd.Series(pd.Categorical(texts[values.astype(int)], texts)).where(pd.Series(kept))
            case "missing":
                said = pd.Series(values).where(pd.Series(kept))
                return said.astype(pd.CategoricalDtype([str(code) for code in codes]))
            case "truth":
                return pd.Series(values, dtype="boolean").where(pd.Series(kept))
            case "date":
                return pd.Series(values.astype(str), dtype="string").where(pd.Series(kept))
        whole = column.holds == "number" and not column.asked.item.decimals
        return pd.Series(values, dtype="Float64").where(pd.Series(kept)).astype("Int64" if whole else "Float64")

    def write(self, column: Column, kept: np.ndarray, chance: np.random.Generator) -> None:
        import numpy as np
        import pandas as pd

        said = self.truth.of(column.name, self.survey.questionnaire.wave)
        if said.words:
            texts = chance.choice(np.array(said.words, dtype=object), len(kept))
            texts[chance.random(len(kept)) >= said.written] = None
        else:
            level = np.mean([*self.people.factors.values()], axis=0)
            texts = words(self.truth.comments, said.written, level, chance)
        texts[self.how.kind != "careful"] = None
        longest = getattr(column.asked.item, "longest", 500)
        short = pd.Series(texts, dtype="string").str.slice(0, longest)
        self.given[column.name] = short.where(pd.Series(kept))

    def write_in(self, column: Column, each: Asked, chance: np.random.Generator) -> None:
        """Write what "other" is, for those who ticked it."""
        import numpy as np

        opened = [str(option.code) for option in self.survey.bank.options(each.item) if option.open]
        ticked = np.zeros(len(self.persons), dtype=bool)
        for option in opened:
            if isinstance(each.item, Multiple):
                ticked |= self.given[f"{each.code}[{option}]"].fillna(value=False).to_numpy(dtype=bool)
            else:
                ticked |= (self.given[each.code].astype("string") == option).fillna(value=False).to_numpy(dtype=bool)
        self.write(column, ticked, chance)


def _responses(
    truth: Truth, survey: Survey, persons: pd.DataFrame, how: Behaviour, given: dict[str, pd.Series],
    spent: dict[str, np.ndarray], seed: int,
) -> pd.DataFrame:  # fmt: skip
    import numpy as np
    import pandas as pd

    n, wave, manner = len(persons), survey.questionnaire.wave, truth.manner_of(survey.questionnaire.wave)
    chance = stream(seed, survey.name, "interviews")
    opened = np.datetime64(truth.waves[wave].opened if wave in truth.waves else f"{wave}-09-15", "m")
    days = truth.waves[wave].days if wave in truth.waves else 14
    head: dict[str, Any] = {"id": [f"SYN-{number:06d}" for number in chance.permutation(n) + 1], "synthetic": True}
    if isinstance(survey.questionnaire.selection, Open):
        head["place"] = persons["place"].where(chance.random(n) >= manner.no_code)
        names = list(manner.channels or {"link": 1.0})
        share = np.array([manner.channels.get(name, 1.0) for name in names])
        head["channel"] = chance.choice(names, n, p=share / share.sum())
    else:
        named = _named(truth)
        head |= {named[name]: persons[name] for name in ("place", "unit", "group") if name in named}
    second = "en" if "en" in survey.questionnaire.languages else "zh-Hans"
    head["language"] = np.where(chance.random(n) < manner.english, second, "zh-Hans")
    head["started"] = started(opened, days, how, chance).astype("datetime64[ms]")
    head["completed"] = how.stops >= len(survey.asked)
    answers_of = {column.name: given[column.name] for column in columns(survey)}
    return pd.DataFrame({**head, **spent, **answers_of})
