"""Causes: where what two runs were made from differs, and what each file or package of it can have changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    import pandas as pd

    from analysis.findings.reference import Reference

#: The kinds of causes, in the order in which they are told. ``releases`` are the tables of what was released before,
#: which can hold something back; ``template`` is a notebook or its layout.
KINDS: Final = (
    "data", "definition", "rule", "questionnaire", "settings", "releases", "code", "packages", "template",
)  # fmt: skip
UNKNOWN: Final = "unknown"
#: The columns of a frame of causes: the kind, the file or package, and ``added``, ``removed`` or ``changed``.
COLUMNS: Final = ("kind", "name", "change")

#: What a cause can change: the ``value`` of a number; whether something is there or ``said``, and with which verdict;
#: the ``words`` of a sentence that stays; what ``documents`` show beside numbers and findings.
Effect = Literal["value", "said", "words", "documents"]
_ALL: Final = frozenset[Effect](("value", "said", "words", "documents"))
_WORDS: Final = frozenset[Effect](("words", "documents"))
_PRINT: Final = frozenset[Effect](("documents",))
_NOTHING: Final = frozenset[Effect]()

_DEMO = "data/demo/"
_KIND_OF: Final = (
    ("workspace.yaml", "settings"), ("surveys/", "questionnaire"), ("notebooks/", "template"), ("analysis/", "code"),
    ("data/indicators/", "definition"), ("data/rules/", "rule"), ("data/releases/", "releases"),
)  # fmt: skip
#: Data that hold names and texts, so that words can change where no number does.
_NAMING = ("data/units.csv", "data/sources.csv", "data/ledger/", "data/targets", "data/responses/")
#: Rooms above the one that makes the tables of a run; nothing in them can reach a table.
_ABOVE = ("analysis/memos/", "analysis/cli/")
#: Packages that render documents or run notebooks, and nothing else; and the one that fills messages.
_RENDERING = frozenset({
    "altair", "fonttools", "ipykernel", "nbformat", "papermill", "pylopdf-fonts-zh-cn", "pypandoc_binary",
    "python-docx", "typst", "vl-convert-python", "duzheng",
})  # fmt: skip
_FLUENT = "fluent.runtime"
_LOCK = "requirements.lock"
_FONTS = (".otf", ".ttf", ".ttc")
#: Settings that decide which figures are used, and those that name things.
_FIGURES, _NAMES = ("year", "boundaries", "unit_kind", "variants"), ("name", "unit_name", "unit_names", "columns")


def kind_of(path: str) -> str:
    """Give the kind of cause that a file is.

    >>> kind_of("data/rules/statements.yaml"), kind_of("data/demo/ledger/a.yaml"), kind_of("notebooks/memos/a.yaml")
    ('rule', 'data', 'template')
    """
    return next((kind for start, kind in _KIND_OF if path.startswith(start)), "data")


@dataclass(frozen=True)
class Causes:
    """What differs between the states of two runs.

    Parameters
    ----------
    frame
        Columns :data:`COLUMNS`, a row a file or package.
    known
        Whether both runs say what they were made from.
    effects
        What each row can change.
    """

    frame: pd.DataFrame
    known: bool
    effects: tuple[frozenset[Effect], ...]

    @classmethod
    def between(
        cls, before: Mapping[str, Any], after: Mapping[str, Any], told: tuple[Reference, Reference] | None = None
    ) -> Causes:
        """Compare two states.

        Parameters
        ----------
        before, after
            As :func:`analysis.memos.provenance.state_of` gives them, with ``templates`` where they are known; empty
            for a run that does not say. What only one of them speaks of (the lock, templates) is not compared.
        told
            The references of both, by which a change of settings is told that only a date or name has.
        """
        import pandas as pd

        rows: list[dict[str, str]] = []
        for part in ("inputs", "code", "versions", "fonts", "templates"):
            if part in before and part in after:
                rows += _differing(part, before[part], after[part])
        if "lock" in before and "lock" in after:
            locks = [{_LOCK: state["lock"]} if state["lock"] else {} for state in (before, after)]
            rows += _differing("lock", *locks)
        rows.sort(key=lambda row: (KINDS.index(row["kind"]), row["name"]))
        effects = tuple(_effects(row["kind"], row["name"], told) for row in rows)
        frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype("str")
        return cls(frame, bool(before and after), effects)

    def possible(self, *effects: Effect) -> tuple[str, ...]:
        """Give the kinds of causes that can have had one of several effects, in order; all that differ if none can."""
        pairs = zip(self.frame["kind"], self.effects, strict=True)
        found = {kind for kind, of in pairs if of & frozenset(effects)}
        return ordered(found or set(self.frame["kind"]))


def ordered(kinds: Iterable[str]) -> tuple[str, ...]:
    """Put kinds into their order, each once."""
    there = set(kinds)
    return tuple(kind for kind in KINDS if kind in there)


def written(kinds: Iterable[str]) -> str:
    """Write kinds as frames have them: all that are possible, by semicolons.

    >>> written(("code", "data")), written(())
    ('data;code', 'unknown')
    """
    return ";".join(ordered(kinds)) or UNKNOWN


def _differing(part: str, before: Mapping[str, str], after: Mapping[str, str]) -> list[dict[str, str]]:
    named = {"code": "code", "versions": "packages", "fonts": "packages", "lock": "packages", "templates": "template"}
    rows = []
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name):
            change = "added" if name not in before else "removed" if name not in after else "changed"
            rows.append({"kind": named.get(part) or kind_of(name), "name": name, "change": change})
    return rows


def _effects(kind: str, name: str, told: tuple[Reference, Reference] | None) -> frozenset[Effect]:
    """Tell what a file or package that differs can change."""
    found = _ALL
    if name.endswith("README.md"):
        found = _NOTHING
    elif kind == "template" or (kind == "code" and name.startswith(_ABOVE)):
        found = _PRINT
    elif kind == "releases":
        found = frozenset({"said", "documents"})
    elif kind == "data" and not name.replace(_DEMO, "data/", 1).startswith(_NAMING):
        found = _ALL - {"words"}
    elif kind == "settings" and told:
        found = _of_settings(*told)
    elif kind == "code" and "/texts/" in name:
        found = _WORDS
    elif kind == "packages":
        found = _of_package(name)
    return found


def _of_package(name: str) -> frozenset[Effect]:
    if name in _RENDERING or name.endswith(_FONTS):
        return _PRINT
    return _WORDS if name == _FLUENT else _ALL


def _of_settings(before: Reference, after: Reference) -> frozenset[Effect]:
    def same(names: Iterable[str]) -> bool:
        return all(getattr(before.settings, name) == getattr(after.settings, name) for name in names)

    if not same(_FIGURES):
        return _ALL
    return _PRINT if same(_NAMES) else _WORDS
