"""Seals: what was going to be analysed, written down when a wave opens, so that nobody can have meant it afterwards."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from analysis.messages import DuzhengError, Fault
from analysis.surveys.items import Entry
from analysis.surveys.questionnaire import Comparison, Index
from analysis.surveys.survey import Survey
from analysis.workspace.yaml_files import check_entry, read_yaml, to_yaml

FOLDER = "surveys/seals"
#: Where seals of simulated waves lie, which never opened.
DEMO_FOLDER = "data/demo/seals"
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Seal(Entry):
    """A questionnaire's declared analyses, hashed."""

    id: str
    wave: int
    opened: str  #: the day when the wave opened, ISO 8601
    declared: Hash  #: of everything that was declared
    indices: dict[str, Hash]
    items: dict[str, Hash]
    comparisons: dict[str, Hash]


@dataclass(frozen=True, slots=True)
class Declared:
    """Whether an analysis was declared before the wave opened."""

    kind: Literal["confirmatory", "exploratory"]
    why: str


def seal_of(survey: Survey, opened: str) -> Seal:
    """Hash what a questionnaire declares.

    Parameters
    ----------
    survey
        The questionnaire.
    opened
        The day when the wave opens, ISO 8601.

    Notes
    -----
    SHA-256 of JSON with sorted keys. An index's hash holds its items' meanings (wording, scale, codes) beside its
    weights and conversion; a comparison's the hash of what it compares. Names and comments are no part of it.
    """
    analyses = survey.questionnaire.analyses
    items = {each.code: _hash(survey.bank.meaning(each.code, each.use.version)) for each in survey.asked}
    indices = {
        index.id: _hash([index.conversion, index.weights, [(code, items[code.split(".")[0]]) for code in index.items],
                         *_treatment(index)]) for index in analyses.indices
    }  # fmt: skip
    comparisons = {
        each.key: _hash(
            [each.test, each.between, items.get(each.between, ""), indices.get(each.of, items.get(each.of))]
        )
        for each in analyses.comparisons
    }
    reported = {code: items[code.split(".")[0]] for code in analyses.items}
    selection = survey.questionnaire.selection.model_dump(mode="json")
    margins = [margin.columns for margin in survey.questionnaire.margins]
    pairs = [[pair.model_dump(mode="json", exclude={"reason"}) for pair in analyses.pairs]] if analyses.pairs else []
    declared = _hash([indices, comparisons, reported, analyses.groups, selection, margins, *pairs])
    return Seal(id=survey.questionnaire.id, wave=survey.questionnaire.wave, opened=opened, declared=declared,
                indices=indices, items=reported, comparisons=comparisons)  # fmt: skip


def write_seal(root: Path, survey: Survey, opened: str) -> Path:
    """Write a seal to ``surveys/seals/ID-WAVE.yaml``.

    Raises
    ------
    DuzhengError
        DZ-Q005 if the wave was sealed before and declares something else now; DZ-Q007 if it was sealed as it is.
    """
    path = root / FOLDER / f"{survey.name}.yaml"
    name = path.relative_to(root).as_posix()
    if path.is_file():
        check_seal(root, survey)
        raise DuzhengError(Fault("DZ-Q007", file=name, found=f"a seal of {read_seal(path, name).opened}",
                                 expected="a wave that is not sealed", hint="a wave opens once"))  # fmt: skip
    head = "# Written by `duzheng survey seal` when the wave opened. Commit it; never edit it.\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + to_yaml(seal_of(survey, opened)), encoding="utf-8")
    return path


def read_seal(path: Path, name: str) -> Seal:
    """Read a seal.

    Raises
    ------
    DuzhengError
        DZ-Q001 and DZ-Q002 for what is wrong with the file.
    """
    return check_entry(Seal, read_yaml(path, name, code="DZ-Q001"), name, code="DZ-Q002")


def check_seal(root: Path, survey: Survey) -> bool:
    """Hold a questionnaire to its seal.

    Returns
    -------
    bool
        Whether there is a seal.

    Raises
    ------
    DuzhengError
        DZ-Q005 with every index, item and comparison that was changed after the wave opened.
    """
    path = root / FOLDER / f"{survey.name}.yaml"
    if not path.is_file():
        return False
    name = path.relative_to(root).as_posix()
    seal = read_seal(path, name)
    now = seal_of(survey, seal.opened)
    found = [
        f"the {what} {key}"
        for what, then, here in (("index", seal.indices, now.indices), ("item", seal.items, now.items),
                                 ("comparison", seal.comparisons, now.comparisons))
        for key in sorted({*then, *here}) if then.get(key) != here.get(key)
    ]  # fmt: skip
    if not found and seal.declared != now.declared:
        found = ["groups, pairs, selection or margins"]
    if found:
        hint = "give it back; what was thought of later is exploratory and needs no declaration"
        raise DuzhengError.of(
            Fault("DZ-Q005", file=survey.file, found=f"{each} changed", expected=f"as sealed on {seal.opened} ({name})",
                  hint=hint) for each in found
        )  # fmt: skip
    return True


def write_demo_seal(root: Path, survey: Survey, opened: str) -> Path:
    """Write the seal of a simulated wave to ``data/demo/seals/ID-WAVE.yaml``, as if it had opened on a day.

    It is written anew whenever the wave is, so that demonstrations show what was declared beside what was not.
    """
    path = root / DEMO_FOLDER / f"{survey.name}.yaml"
    head = "# SYNTHETIC. The seal of a simulated wave, written with its answers: it proves nothing.\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + to_yaml(seal_of(survey, opened)), encoding="utf-8")
    return path


def declared(
    root: Path, survey: Survey, of: str, between: str = "", test: str = "difference", by: Sequence[str] = (), *,
    synthetic: bool = False,
) -> Declared:  # fmt: skip
    """Tell whether an analysis was declared before the wave opened, or thought of afterwards.

    Parameters
    ----------
    root
        The workspace.
    survey
        The questionnaire.
    of
        An index or item.
    between
        What it is compared between; nothing where it is only reported.
    test
        How it is compared.
    by
        The columns in whose groups it is.
    synthetic
        Whether the wave is the simulated one, which has a seal of its own.

    Returns
    -------
    Declared
        ``confirmatory`` if the wave's seal has it, unchanged; ``exploratory`` otherwise, with the reason.
    """
    path = root / (DEMO_FOLDER if synthetic else FOLDER) / f"{survey.name}.yaml"
    if not path.is_file():
        return Declared("exploratory", "the wave was not sealed")
    seal, now = read_seal(path, path.name), seal_of(survey, "")
    key = Comparison(of=of, between=between, test=test, by=tuple(by)).key if between else of
    sealed = seal.comparisons if between else seal.indices | seal.items
    here = now.comparisons if between else now.indices | now.items
    if key not in sealed:
        return Declared("exploratory", f"not declared when the wave opened on {seal.opened}")
    if sealed[key] != here.get(key):
        return Declared("exploratory", f"changed after the wave opened on {seal.opened}")
    return Declared("confirmatory", f"declared when the wave opened on {seal.opened}")


def _treatment(index: Index) -> list[Any]:
    """Give how answers that are none are treated, where that is said: seals of before it could be are as they were."""
    said = index.model_dump(include={"dont_know", "refused", "least"}, exclude_defaults=True)
    return [said] if said else []


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
