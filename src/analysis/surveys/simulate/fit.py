"""Files of truth read, and held to their questionnaire: what does not fit is refused, every fault at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analysis.messages import DuzhengError, Fault
from analysis.surveys.items import (
    Date,
    Information,
    Matrix,
    Multiple,
    Numeric,
    OpenText,
    Ranking,
    Rating,
    Single,
    YesNo,
)
from analysis.surveys.questionnaire import Open
from analysis.surveys.simulate.truth import Answered, Manner, Truth, options_of
from analysis.surveys.survey import Survey
from analysis.workspace.yaml_files import check_entry, place_of, read_yaml

#: What does not fit: where, found, expected, hint.
_Unfit = tuple[tuple[str | int, ...], str, str, str]
#: What is said of items, where, and of which waves.
_Table = tuple[tuple[str | int, ...], Mapping[str, Answered], list[Survey]]


def read_truth(
    path: Path, surveys: list[Survey], *, root: Path | None = None, units: Collection[str] | None = None
) -> Truth:
    """Read a file of truth, and hold it to its questionnaire's waves.

    Parameters
    ----------
    path
        Its file.
    surveys
        The questionnaire, one or more waves.
    root
        The workspace, for the file's name in messages.
    units
        Codes of the units that there are; not looked at if left out.

    Raises
    ------
    DuzhengError
        DZ-Q001, DZ-Q002 for the file, DZ-Q011 for what does not fit the questionnaire; every fault at once.
    """
    file = path.relative_to(root).as_posix() if root and path.is_relative_to(root) else path.name
    node = read_yaml(path, file, code="DZ-Q001")
    truth = check_entry(Truth, node, file, code="DZ-Q002")
    faults = [
        Fault("DZ-Q011", file=file, line=(place_of(node, where) or (None,))[0], found=found, expected=expected,
              hint=hint)
        for where, found, expected, hint in [*_unfit(truth, surveys), *_unknown_units(truth, units)]
    ]  # fmt: skip
    if faults:
        raise DuzhengError.of(dict.fromkeys(faults))
    return truth


def _unfit(truth: Truth, surveys: list[Survey]) -> list[_Unfit]:
    found: list[_Unfit] = []
    names = {survey.questionnaire.id for survey in surveys}
    if truth.survey not in names:
        return [(("survey",), repr(truth.survey), f"one of {', '.join(sorted(names))}", "name a questionnaire")]
    mine = [survey for survey in surveys if survey.questionnaire.id == truth.survey]
    known = {code for survey in mine for code in _codes(survey)}
    tables: list[_Table] = [(("items",), truth.items, mine)]
    for wave, said in truth.waves.items():
        of = [survey for survey in mine if survey.questionnaire.wave == wave]
        if not of:
            found.append((("waves", wave), f"the wave {wave}", f"a questionnaire {truth.survey}-{wave}", ""))
            continue
        tables.append((("waves", wave, "items"), said.items, of))
        found += [
            (("waves", wave, "units", factor), f"the unit {unit!r} of {factor!r}", "units and factors of this", "")
            for factor, units in said.units.items() for unit in units
            if factor not in truth.factors or unit not in truth.frame.units
        ]  # fmt: skip
        if isinstance(of[0].questionnaire.selection, Open) and said.answers is None:
            found.append((("waves", wave), "no number of answers", "answers, of an open questionnaire", ""))
    found += _unfit_items(truth, tables, known)
    found += _unfit_manner(truth.manner, ("manner",), mine)
    for wave, said in truth.waves.items():
        if said.manner:
            found += _unfit_manner(said.manner, ("waves", wave, "manner"), mine)
    return found + _unfit_factors(truth)


def _unfit_items(truth: Truth, tables: list[_Table], known: set[str]) -> list[_Unfit]:
    found: list[_Unfit] = []
    for where, table, of in tables:
        for code, item in table.items():
            if code not in known:
                near = get_close_matches(code, known, n=1)
                found.append(((*where, code), f"the item {code!r}", "one of the questionnaire",
                              f"did you mean {near[0]}?" if near else ""))  # fmt: skip
                continue
            for survey in of:
                found += [((*where, code), *fault) for fault in _unfit_item(truth, survey, code, item)]
    return found


def _unfit_factors(truth: Truth) -> list[_Unfit]:
    found: list[_Unfit] = []
    for name, factor in truth.factors.items():
        found += [
            (("factors", name, "units", unit), f"the unit {unit!r}", "one of frame.units", "")
            for unit in factor.units if unit not in truth.frame.units
        ]  # fmt: skip
        found += [
            (("factors", name, "groups", group), f"the group {group!r}", "one of frame.groups", "")
            for group in factor.groups if group not in truth.frame.groups
        ]  # fmt: skip
    return found


def _unknown_units(truth: Truth, units: Collection[str] | None) -> list[_Unfit]:
    if units is None:
        return []
    return [
        (("frame", "units", unit), f"the unit {unit!r}", "a code of data/units.csv", "")
        for unit in truth.frame.units if unit not in units
    ]  # fmt: skip


def _unfit_manner(manner: Manner, where: tuple[str | int, ...], of: list[Survey]) -> list[_Unfit]:
    """Say what of how people answer the questionnaire does not know."""
    found: list[_Unfit] = []
    items = {each.code: (survey, each) for survey in of for each in survey.asked}
    for code, options in manner.readiness.items():
        here = (*where, "readiness", code)
        if code not in items or not isinstance(items[code][1].item, Single | YesNo):
            found.append((here, f"readiness by {code!r}", "an item with one answer of this questionnaire", ""))
            continue
        known = options_of(*items[code])
        found += [
            (here, f"the option {option!r} of {code}", f"one of {', '.join(known)}", "")
            for option in options if option not in known
        ]  # fmt: skip
    drawn = [survey for survey in of if not isinstance(survey.questionnaire.selection, Open)]
    if drawn and (manner.channels or manner.no_code):
        said = "channels, or answers without a code"
        found.append((where, said, "those of open questionnaires only", "leave them out"))
    return found


def _codes(survey: Survey) -> list[str]:
    return [*(each.code for each in survey.asked), *survey.questions()]


def _unfit_item(truth: Truth, survey: Survey, code: str, said: Answered) -> list[tuple[str, str, str]]:
    """Say what is stated of an item and is none of it."""
    each = next((each for each in survey.asked if each.code == code.partition(".")[0]), None)
    if each is None:
        return []
    item = each.item
    if isinstance(item, Information):
        return [(f"{code}, which asks nothing", "an item that is answered", "leave it out")]
    options = set(options_of(survey, each))
    stated = [*said.shares, *said.effects, *(option for shares in said.by.values() for option in shares),
              *said.unit.values()]  # fmt: skip
    if isinstance(item, Numeric | Date | OpenText):
        options = set()
    found = [
        (f"the option {option!r} of {code}", f"one of {', '.join(sorted(options)) or 'none: it is filled in'}", "")
        for option in dict.fromkeys(stated) if option not in options
    ]  # fmt: skip
    found += [
        (f"the kind of missing {kind!r} of {code}", f"one of {', '.join(item.missing) or 'none'}", "")
        for kind in said.missing if kind not in item.missing
    ]  # fmt: skip
    found += _unlikely(code, said, item)
    factors = [said.factor] * bool(said.factor) + [name for each in said.effects.values() for name in each]
    found += [
        (f"the factor {name!r} of {code}", f"one of {', '.join(truth.factors)}", "")
        for name in dict.fromkeys(factors) if name not in truth.factors
    ]  # fmt: skip
    found += [
        (f"shares of {code} for {group!r}", f"one of {', '.join(truth.frame.groups)}", "")
        for group in said.by if group not in truth.frame.groups
    ]  # fmt: skip
    found += [
        (f"no option of {code} for the unit {unit!r}", "one a unit of frame.units", "")
        for unit in truth.frame.units if said.unit and unit not in said.unit
    ]  # fmt: skip
    if said.effects and isinstance(item, Rating | Matrix | Multiple | Ranking | Numeric | Date | OpenText):
        found.append((f"effects of {code}", "effects of single and yes_no items only", "give its factor a unit effect"))
    return found


def _unlikely(code: str, said: Answered, item: Any) -> list[tuple[str, str, str]]:
    """Say which shares and means can't be."""
    found = []
    for shares in (said.shares, *said.by.values()):
        if isinstance(item, Multiple) and any(share > 1 for share in shares.values()):
            found.append((f"a share above 1 of {code}", "the chance of each option, 0 to 1", ""))
        elif shares and not isinstance(item, Multiple) and not sum(shares.values()):
            found.append((f"shares of {code} that are all 0", "one above 0", ""))
    if said.mean is not None and not isinstance(item, Numeric):
        found.append((f"a mean of {code}", "a mean of numbers only", "ratings have a location"))
    elif said.mean is not None and not (
        (item.least is None or said.mean >= item.least) and (item.most is None or said.mean <= item.most)
    ):
        found.append((f"a mean of {said.mean:g} of {code}", f"{item.least} to {item.most}", ""))
    return found
