"""Answers held to their questionnaire: codes, ranks, limits and the routing; every fault counted, not only found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any

from analysis.messages import Fault
from analysis.surveys.columns import Column, columns
from analysis.surveys.decided import MISSING
from analysis.surveys.items import WRITTEN_IN, Date, Information, Matrix, Multiple, Numeric, OpenText, Ranking
from analysis.surveys.personal import scrub
from analysis.surveys.reasons import Route

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.survey import Asked, Survey

#: How many interviews a message names, and how many codes.
NAMED = 5
YES = "Y"
DAY = r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?"


@dataclass
class Remarks:
    """What is wrong with answers, and what was dropped of them; those of several pages can be put together."""

    wrong: dict[tuple[str, str, str, str], list[str]] = field(default_factory=dict)  #: interviews by fault
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)
    called: Mapping[str, str] = field(default_factory=dict)  #: other names of columns
    file: str = ""

    def faults(self) -> list[Fault]:
        """Give one fault for all interviews that have it (DZ-L010)."""
        return [
            Fault("DZ-L010", file=self.file, column=self.called.get(name, name), expected=expected, hint=hint,
                  found=f"{len(ids)} answers {what} (of {', '.join(ids[:NAMED])}{' …' if len(ids) > NAMED else ''})")
            for (name, what, expected, hint), ids in self.wrong.items()
        ]  # fmt: skip

    def notices(self) -> list[str]:
        """Say what was dropped."""
        return [
            f"{self.called.get(name, name)}: {number} answers {what} were dropped"
            for (name, what), number in self.dropped.items()
        ]

    def add(self, other: Remarks) -> None:
        """Take over what another page had."""
        for key, ids in other.wrong.items():
            self.wrong.setdefault(key, []).extend(ids)
        self.dropped.update(other.dropped)


class Held:
    """Answers of interviews, read column by column in the order of the questionnaire."""

    def __init__(self, survey: Survey, table: pd.DataFrame, remarks: Remarks, *, drop: bool = False) -> None:
        self.survey, self.table, self.remarks, self.drop = survey, table, remarks, drop
        self.ids = self.text("id").fillna("").astype("str")
        finished = self.text("submitdate") if "submitdate" in table else self.ids
        self.completed: pd.Series[bool] = (finished.notna() & (finished != "")).astype(bool)
        self.route = Route(survey, table.index)
        self.of: dict[str, list[Column]] = {}
        for column in columns(survey):
            self.of.setdefault(column.asked.code, []).append(column)

    @property
    def given(self) -> dict[str, pd.Series]:
        """The columns that were read."""
        return self.route.given

    def text(self, name: str) -> pd.Series:
        """Give a column of the server as texts; blank is not missing."""
        return self.table[name].astype("str")

    def filled(self, name: str) -> pd.Series:
        """Give a column of the server as texts; blank is missing."""
        text = self.text(name)
        return text.where(text.str.strip() != "")

    def fault(self, rows: pd.Series[bool], name: str, what: str, expected: str, hint: str = "") -> None:
        """Keep the interviews that have a fault."""
        if rows.any():
            self.remarks.wrong.setdefault((name, what, expected, hint), []).extend(self.ids[rows])

    def codes(self, rows: pd.Series[bool], told: pd.Series, name: str, known: Sequence[str]) -> None:
        """Keep one fault for each code that is not known."""
        for code in told[rows].value_counts().index[:NAMED]:
            self.fault(rows & (told == code), name, repr(scrub(str(code)[:40]).text), f"one of {', '.join(known[:20])}",
                       "are these answers to this questionnaire?")  # fmt: skip

    def broken(self, rows: pd.Series[bool], names: Sequence[str], name: str, what: str, expected: str) -> None:
        """Refuse what breaks a rule in finished interviews, or drop it if asked; drop it in others, and count it."""
        if self.drop:
            self._drop(rows & self.completed, names, name, what)
        else:
            self.fault(rows & self.completed, name, what, expected)
        self._drop(rows & ~self.completed, names, name, f"{what}, of interviews that were not finished,")

    def _drop(self, rows: pd.Series[bool], names: Sequence[str], name: str, what: str) -> None:
        number = int(rows.sum())
        if number:
            self.remarks.dropped[name, what] += number
            for each in names:
                self.given[each] = self.given[each].mask(rows)

    def moments(self, name: str) -> pd.Series:
        """Read a column of days and times."""
        import pandas as pd

        if name not in self.table:
            return pd.Series(pd.NaT, index=self.table.index, dtype="datetime64[ms]")
        told = self.filled(name)
        found = pd.to_datetime(told, format="%Y-%m-%d %H:%M:%S", errors="coerce")
        self.codes(told.notna() & found.isna(), told, name, ["days and times such as 2025-09-15 18:30:00"])
        return found.astype("datetime64[ms]")

    def answers(self) -> None:
        """Read all answers; those to what was not shown break a rule, too."""
        for each in self.survey.asked:
            if isinstance(each.item, Information):
                continue
            shown = self.route.shown(each)
            names = [column.name for column in self.of[each.code]]
            self._read(each)
            self._limits(each)
            main = [name for name in names if name != f"{each.code}{WRITTEN_IN}"]
            if isinstance(each.item, Multiple):
                self._nothing_ticked(each, shown)
            self._hidden(main, each.code, shown.fillna(value=False).astype(bool))
            if len(main) < len(names):
                self._hidden([names[-1]], names[-1], self._opened(each))

    def _nothing_ticked(self, each: Asked, shown: pd.Series[bool]) -> None:
        """Take boxes that nobody was shown for no answer; where they were shown and left, nothing applied."""
        import pandas as pd

        boxes = [column.name for column in self.of[each.code] if column.holds == "truth"]
        ticked = pd.DataFrame({name: self.given[name] for name in boxes}).fillna(value=False).any(axis=1)
        empty = ~ticked.astype(bool) & ~shown.fillna(value=False).astype(bool)
        self.given.update({name: self.given[name].mask(empty) for name in boxes})

    def _hidden(self, names: list[str], name: str, shown: pd.Series[bool]) -> None:
        import pandas as pd

        there = pd.DataFrame({each: self.given[each].notna() for each in names}).any(axis=1) & ~shown
        what = "to what is not shown to those who answered so"
        self.broken(there, names, name, what, "answers to what our routing shows")
        self.given.update({each: self.given[each].mask(there) for each in names})

    def _opened(self, each: Asked) -> pd.Series[bool]:
        """Tell who chose an option with a line to write in."""
        import pandas as pd

        opened = [str(option.code) for option in self.survey.bank.options(each.item) if option.open]
        found = pd.Series(data=False, index=self.table.index)
        for column in self.of[each.code]:
            values = self.given[column.name]
            if column.holds == "truth" and str(next(iter(column.labels))) in opened:
                found |= values.fillna(value=False).astype(bool)
            elif column.holds in {"choice", "rank"}:
                found |= values.astype("str").isin(opened)
        return found

    def _read(self, each: Asked) -> None:
        match each.item:
            case Multiple():
                self._several(each)
            case Ranking():
                self._ranks(each)
            case _:
                for column in self.of[each.code]:
                    if column.holds == "choice":
                        self._choice(each, column)
                    elif column.holds != "missing":
                        self.given[column.name] = self._filled_in(column)
        beside = f"{each.code}{WRITTEN_IN}"
        if any(column.name == beside for column in self.of[each.code]):
            self.given[beside] = self._words(beside)

    def _kinds(self, name: str, each: Asked, why: pd.Series) -> None:
        import pandas as pd

        codes = [MISSING[kind] for kind in each.item.missing]
        if codes:
            self.given[f"{name}[missing]"] = pd.Series(why, dtype=pd.CategoricalDtype(codes))

    def _choice(self, each: Asked, column: Column) -> None:
        row = column.name[len(each.code) + 1 :]
        name = f"{each.code}[{row}]" if isinstance(each.item, Matrix) else each.code
        told, why = self._told(name, each, column)
        self.given[column.name] = _coded(told, column)
        self._kinds(column.name, each, why)

    def _told(self, name: str, each: Asked, column: Column) -> tuple[pd.Series, pd.Series]:
        """Read codes of options; and, apart, codes that say why there is none."""
        told = self.filled(name)
        known, kinds = [str(code) for code in column.labels], [MISSING[kind] for kind in each.item.missing]
        self.codes(told.notna() & ~told.isin([*known, *kinds]), told, name, [*known, *kinds])
        return told.where(told.isin(known)), told.where(told.isin(kinds))

    def _several(self, each: Asked) -> None:
        import pandas as pd

        kinds = [MISSING[kind] for kind in each.item.missing]
        options = [column for column in self.of[each.code] if column.holds == "truth"]
        alone = {str(option.code) for option in self.survey.bank.options(each.item) if option.exclusive}
        ticked, there = {}, pd.Series(data=False, index=self.table.index)
        for code in [*(str(next(iter(column.labels))) for column in options), *kinds]:
            name = f"{each.code}[{code}]"
            told = self.text(name).str.strip()
            self.codes(told.notna() & ~told.isin(["", YES]), told, name, [YES, "nothing"])
            ticked[code], there = (told == YES).fillna(value=False), there | told.notna()
        table = pd.DataFrame(ticked, index=self.table.index)
        why = pd.Series(None, index=self.table.index, dtype="str")
        for kind in kinds:
            why = why.mask(table[kind], kind)
        for column in options:
            chosen = table[str(next(iter(column.labels)))].astype("boolean")
            self.given[column.name] = chosen.where(there & why.isna())
        self._kinds(each.code, each, why)
        names = [column.name for column in self.of[each.code] if column.name != f"{each.code}{WRITTEN_IN}"]
        number, lone = table.sum(axis=1), table[[*alone, *kinds]].any(axis=1)
        self.broken(lone & (number > 1), names, each.code, "with others beside one that stands alone", "it alone")
        least, most = each.item.least, each.item.most
        few = (number > 0) & (number < least) & ~lone
        self.broken(few, names, each.code, f"with fewer than {least} options", f"{least} or more, or none")
        if most is not None:
            self.broken(number > most, names, each.code, f"with more than {most} options", f"{most} at most")

    def _ranks(self, each: Asked) -> None:
        import pandas as pd

        ranks = [column for column in self.of[each.code] if column.holds == "rank"]
        given = [name for name in self.table.columns if str(name).startswith(f"{each.code}[")]
        read = {
            name: self._told(name, each, ranks[0])
            for name in (f"{each.code}[{rank}]" for rank in range(1, len(given) + 1))
        }
        options, kinds = (pd.DataFrame({name: parts[n] for name, parts in read.items()}) for n in (0, 1))
        why = pd.Series(None, index=self.table.index, dtype="str")
        for name in reversed(kinds.columns):
            why = kinds[name].where(kinds[name].notna(), why)
        for column in ranks:
            self.given[column.name] = _coded(options[column.name].where(why.isna()), column)
        self._kinds(each.code, each, why)
        names = [column.name for column in self.of[each.code] if column.name != f"{each.code}{WRITTEN_IN}"]
        there, beside, code = options.notna(), kinds.notna().sum(axis=1), each.code
        alone = (beside > 1) | ((beside == 1) & there.any(axis=1))
        self.broken(alone, names, code, "with others beside one that stands alone", "it alone")
        gap = (there & ~there.shift(axis=1, fill_value=True)).any(axis=1) & why.isna()
        self.broken(gap, names, code, "with a rank left out", "ranks from the first, without gaps")
        twice = pd.Series(data=False, index=self.table.index)
        for one, other in combinations(options.columns, 2):
            twice |= (options[one] == options[other]).fillna(value=False).astype(bool)
        self.broken(twice, names, code, "with an option at two ranks", "each option once")
        over = there[[name for name in read if name not in self.given]].any(axis=1)
        self.broken(over, names, code, f"with more than {len(ranks)} ranks", f"{len(ranks)} at most")

    def _filled_in(self, column: Column) -> pd.Series:
        import pandas as pd

        name = column.name
        if column.holds == "text":
            return self._words(name)
        told = self.filled(name).str.strip()
        if column.holds == "date":
            days = told.where(told.str.fullmatch(DAY).fillna(value=False).astype(bool)).str[:10]
            good = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").notna()
            self.codes(told.notna() & ~good, told, name, ["days such as 2025-09-15"])
            return days.where(good).astype("string")
        number = pd.to_numeric(told, errors="coerce").where(lambda each: each.abs() < float("inf"))
        self.codes(told.notna() & number.isna(), told, name, ["numbers"])
        return number.astype("Float64")

    def _words(self, name: str) -> pd.Series:
        return self.filled(name).str.replace("\r\n?", "\n", regex=True).astype("string")

    def _limits(self, each: Asked) -> None:
        """Hold what is filled in to its limits."""
        code, item = each.code, each.item
        match item:
            case Numeric():
                part = self.given[code] * 10**item.decimals % 1
                self._rule(part.between(1e-6, 1 - 1e-6), code, f"with more than {item.decimals} decimals",
                           f"{item.decimals} decimals at most")  # fmt: skip
                self._between(code, item.least, item.most, lambda limit: f"{limit:.15g}")
                if not item.decimals and not (self.given[code].dropna() % 1).any():
                    self.given[code] = self.given[code].astype("Int64")
            case Date():
                self._between(code, item.earliest and str(item.earliest), item.latest and str(item.latest), str)
            case OpenText():
                words = self.given[code]
                self._rule(words.str.len() > item.longest, code, f"of more than {item.longest} characters",
                           f"{item.longest} at most")  # fmt: skip
                if item.pattern:
                    self._rule(~words.str.fullmatch(item.pattern), code, "of another form", item.pattern)

    def _rule(self, rows: pd.Series, code: str, what: str, expected: str) -> None:
        self.broken(rows.fillna(value=False).astype(bool), [code], code, what, expected)

    def _between(self, code: str, least: Any, most: Any, written: Callable[[Any], str]) -> None:
        if least is not None:
            self._rule(self.given[code] < least, code, f"below {written(least)}", f"{written(least)} or more")
        if most is not None:
            self._rule(self.given[code] > most, code, f"above {written(most)}", f"{written(most)} or less")


def _coded(told: pd.Series, column: Column) -> pd.Series:
    """Make codes of texts: numbers where all codes of the question are numbers."""
    import pandas as pd

    if column.number:
        return pd.to_numeric(told).astype("Int16")
    return pd.Series(pd.Categorical(told, [str(code) for code in column.labels]), index=told.index)
