"""What a rule is given: a school table, a table of items, the years and units asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.indicators.asked import Asked, several, units_called
from analysis.indicators.balance.items import held_items, read_items
from analysis.indicators.balance.standard import TEACHING_STAGES, Standard
from analysis.messages import DuzhengError, Fault
from analysis.messages.requests import wrong
from analysis.workspace.schools import FOLDER, SIMULATED, read_schools

if TYPE_CHECKING:
    import pandas as pd

    from analysis.satisfaction.social_recognition.recognition import Recognized
    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet

#: What rows of items are from that are the result of the verb.
RECOGNITION = "recognition"
#: Schools that a fault names.
_NAMED = 5


def school_table(
    workspace: Workspace, schools: pd.DataFrame | Path | str | None
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Give the school table, and the hashes of its files."""
    import pandas as pd

    if schools is None or isinstance(schools, str | Path):
        schools = read_schools(workspace.root, workspace.units, None if schools is None else [Path(schools)])
        if schools.empty:
            raise DuzhengError(Fault("DZ-B002", found=f"no school table in {FOLDER}", expected="one, or a table given",
                                     hint="see data/README.md for its columns"))  # fmt: skip
    if not isinstance(schools, pd.DataFrame):
        raise DuzhengError(wrong(f"schools={schools!r}", "a frame, a file, or nothing for the workspace's tables",
                                 "see data/README.md for its columns"))  # fmt: skip
    return schools, dict(schools.attrs.get("files", {}))


def asked_rows(
    workspace: Workspace, rows: pd.DataFrame, year: int | Sequence[int] | None, unit: str | Sequence[str] | None
) -> pd.DataFrame:
    """Keep the years and units asked for; name units by the territory that their code meant."""
    import pandas as pd

    units = workspace.units
    pairs = rows[["unit", "year"]].drop_duplicates()
    of = {(code, when): units.resolve(str(code), int(when)) for code, when in pairs.itertuples(index=False)}
    ids = [of[pair] for pair in zip(rows["unit"], rows["year"], strict=True)]
    rows = rows.assign(unit=pd.Series(ids, index=rows.index, dtype="str"), year=rows["year"].astype(int))
    asked, years, there = Asked(), sorted(set(rows["year"])), sorted(set(rows["unit"]))
    when, named = several(year), several(unit)
    asked.faults += [
        wrong(f"year={each!r}", "a year of the table: " + ", ".join(map(str, years)), "choose one of them")
        for each in when or () if each not in years
    ]  # fmt: skip
    if named is not None:
        there = asked.take(units_called, units, there, named, "a unit of the table") or []
    asked.done()
    kept = rows[rows["year"].isin(years if when is None else when) & rows["unit"].isin(there)]
    if kept.empty:
        raise DuzhengError(wrong("no row of these units in these years", "some", "see which years each unit has"))
    return kept.reset_index(drop=True)


def items_of(
    workspace: Workspace, items: pd.DataFrame | Path | str | None, rule: RuleSet, files: dict[str, str],
    recognition: Recognized | None, standard: Standard, years: Sequence[int],
) -> pd.DataFrame:  # fmt: skip
    """Give the rows of tables of items of a rule, their units by the territory; their files are put beside others."""
    import pandas as pd

    if items is None or isinstance(items, str | Path):
        items = read_items(workspace, None if items is None else [Path(items)])
    elif not isinstance(items, pd.DataFrame):
        raise DuzhengError(wrong(f"items={items!r}", "a frame, a file, or nothing for the workspace's tables",
                                 "see docs/balance.md for its columns"))  # fmt: skip
    else:
        items = held_items(items, workspace)
    files |= items.attrs.get("files", {})
    if recognition is not None:
        items = held_items(pd.concat([items, recognised(workspace, recognition, rule, standard, years)]), workspace)
        files |= recognition.files
    here = items[items["rule"] == rule.id] if len(items) else items
    ids = [workspace.units.resolve(str(code), int(year)) for code, year in zip(here["unit"], here["year"], strict=True)]
    return here.assign(unit=pd.Series(ids, index=here.index, dtype="str"))


def recognised(
    workspace: Workspace, found: Recognized, rule: RuleSet, standard: Standard, years: Sequence[int]
) -> pd.DataFrame:
    """Give the percentages of public recognition as rows of a table of items; places without one have none."""
    import pandas as pd

    from analysis.satisfaction.social_recognition.recognition import Recognized

    if not isinstance(found, Recognized):
        raise DuzhengError(wrong(f"recognition={found!r}", "what the verb recognition found", "ask it first"))
    of = [item for part, item in standard.every_item() if part == "recognition" and item.kind == "number"]
    year, faults = found.designs[0].year, []
    if len(of) != 1:
        faults.append(wrong(f"recognition for {rule.id}", "a rule whose part recognition has one item with a bound",
                            "give what it asks in a table of items"))  # fmt: skip
    if year not in years:
        faults.append(wrong(f"recognition of {year}", "a year that is judged: " + ", ".join(map(str, years)),
                            "for another year give it in a table of items, and say so in `note`"))  # fmt: skip
    if faults:
        raise DuzhengError(*faults)
    known = found.table[found.table["estimate"].notna() & (found.table["verdict"] != "")]
    names = ", ".join(each.name for each in found.designs)
    codes = workspace.units.frame["code"].astype(str)
    source = SIMULATED if found.synthetic else f"{found.rule.id if found.rule else 'recognition'}: {names}"
    return pd.DataFrame({"unit": known["unit"].map(lambda unit: codes.get(unit, unit)), "year": year, "rule": rule.id,
                         "item": of[0].id, "value": known["estimate"].astype(float), "evidence": None,
                         "source": source, "note": names, "file": RECOGNITION,
                         "row": range(1, len(known) + 1)})  # fmt: skip


def one_kind(rows: pd.DataFrame, items: pd.DataFrame) -> bool:
    """Tell whether everything is simulated; real and simulated figures make no verdict together."""
    where = ", ".join(sorted({str(each) for each in rows["file"]} - {""}))
    mock = rows["source"] == SIMULATED
    said = items["source"] == SIMULATED if len(items) else mock.iloc[:0]
    if mock.any() and not mock.all():
        raise DuzhengError(Fault("DZ-S002", file=where, found=f"{int(mock.sum())} simulated rows among {len(mock)}",
                                 expected="one kind of schools", hint="leave the simulated ones out"))  # fmt: skip
    if len(said) and (said.any() if not mock.any() else not said.all()):
        raise DuzhengError(Fault("DZ-S002", file=where, found="simulated schools beside real items, or the other way",
                                 expected="one kind", hint="give items of it"))  # fmt: skip
    return bool(mock.any())


def hold_figures(
    rows: pd.DataFrame, taught: pd.DataFrame, left_out: pd.DataFrame, standard: Standard, rule: RuleSet
) -> None:
    """Refuse a rule for whose columns there is nothing at all, or that counts no school; say which it leaves out."""
    where = ", ".join(sorted({str(each) for each in rows["file"]} - {""}))
    if taught.empty:
        told = [f"{reason}: {_some(list(dict.fromkeys(here['school'])))}"
                for reason, here in left_out.groupby("reason", sort=True)]  # fmt: skip
        beside = f"; left out are {'; '.join(told)}" if told else ""
        raise DuzhengError(Fault("DZ-B002", file=where,
                                 found=f"no school of compulsory education that the rule counts{beside}",
                                 expected="rows of the stages " + ", ".join(TEACHING_STAGES) + " with students",
                                 hint="see docs/balance.md for which schools are left out and why"))  # fmt: skip
    gone = [each for each in standard.resources.indicators if taught[each.total].isna().all()]
    if gone:
        raise DuzhengError.of(
            Fault("DZ-B002", file=where, column=each.total, found="no figure",
                  expected=f"figures for the indicator {each.id} of {rule.id}",
                  hint="add the column; what is not known of a school is left blank, 0 is none") for each in gone
        )  # fmt: skip


def _some(names: Sequence[str]) -> str:
    """Name the first of many."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
