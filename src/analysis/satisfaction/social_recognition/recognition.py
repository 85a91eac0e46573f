"""Recognition by society: one percentage a district from several forms, by settings that are named beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.documents.labels import Labels
from analysis.messages import LANGUAGES, DuzhengError, Language, Texts, pick, together
from analysis.messages.requests import one_of, wrong
from analysis.satisfaction.charts.recognition import recognition_chart
from analysis.satisfaction.precision import bounds_of, classified, complementary
from analysis.satisfaction.result import SurveyResult
from analysis.satisfaction.social_recognition.forms import FormShare, form_share, hold, script_of
from analysis.satisfaction.social_recognition.percent import every_setting, weights_of
from analysis.satisfaction.social_recognition.rule import (
    DONT_KNOWS,
    FORM_WEIGHTS,
    NUMERATORS,
    SETTINGS,
    Items,
    Recognition,
    read_rule,
)
from analysis.satisfaction.social_recognition.sample_size import asked, residents_of, unit_named
from analysis.satisfaction.words import said, words
from analysis.stats.independent import bounds, combined

if TYPE_CHECKING:
    import pandas as pd

    from analysis.surveys.design import Design
    from analysis.workspace import Workspace
    from analysis.workspace.rules import RuleSet

WORDS = "recognition"


@dataclass(frozen=True, eq=False)
class Recognized(SurveyResult):
    """The percentages.

    ``table`` has one row a district; ``forms`` what each form and each group of respondents said; ``specifications``
    the percentage of every district by all settings.
    """

    forms: pd.DataFrame = field(kw_only=True, repr=False)
    specifications: pd.DataFrame = field(kw_only=True, repr=False)
    read: Recognition = field(kw_only=True, repr=False)
    pieces: tuple[FormShare, ...] = field(kw_only=True, repr=False)

    def setting(self, name: str, value: str, language: Language) -> str:
        """Say what a setting means."""
        if name == "items":
            return pick(self.read.items.entries[value].name, language) if value in self.read.items.entries else value
        return self.said(f"{name}.{value}", language)

    def code(self, name: str, value: Any, language: Language) -> str:
        """Give what a value stands for; of the settings that turn the verdict, what each says."""
        if name == "turned_by":
            parts = [each.partition("=") for each in str(value).split("; ") if each]
            return together((self.setting(setting, option, language) for setting, _, option in parts), language)
        return "—" if name == "verdict" and value == "" else super().code(name, value, language)

    def subtitle(self, language: Language) -> str:
        """Say by which settings, and of what kind intervals are."""
        used = together((self.setting(name, self.settings[name], language) for name in SETTINGS), language)
        level = f"{100 * self.settings['level']:g}"
        kind = "sampling" if all(each.tested for each in self.designs) else "model"
        parts = [self.said("settings_used", language, settings=used)]
        parts += [self.said(f"interval.{kind}", language, level=level)]
        parts += [said("results", "synthetic", language)] if self.synthetic else []
        return ("。" if language == "zh-Hans" else ". ").join(parts)

    def as_r(self, folder: str | Path) -> Path:
        """Write a folder a survey whose script computes its percentages in R, and one that puts them together.

        Returns
        -------
        pathlib.Path
            The script that puts them together, in base R.
        """
        script = super().as_r(folder) / "combine.R"
        script.write_text(script_of(self.pieces, self.read, self.settings), encoding="utf-8")
        return script


def recognition(
    workspace: Workspace,
    designs: Sequence[Design],
    *,
    unit: str | None = None,
    items: str | Mapping[str, Sequence[str]] | None = None,
    numerator: str | None = None,
    dont_know: str | None = None,
    form_weights: str | None = None,
    by: Mapping[str, str] | None = None,
    level: float = 0.95,
    rule: str | RuleSet = "social_recognition",
    language: Language | None = None,
) -> Recognized:
    """Compute the percentage of recognition by society, hold it to the pass mark, and say what would turn the verdict.

    Parameters
    ----------
    workspace
        The workspace; ``analysis.open().recognition([…])`` hands it over.
    designs
        One or more of each form, of one wave.
    unit
        Code or name of one district; all of them if not given.
    items
        Which questions enter: a name of the rule set, or by survey their codes.
    numerator
        What counts of an answer: ``above_middle`` (100 if above the middle of its scale), ``top2`` (100 for the two
        best points), ``index`` (its place on the scale, 0 to 100).
    dont_know
        ``excluded``, or ``in_base``: then it counts as 0, and in the index as the middle.
    form_weights
        ``persons`` (each form as many as answered it), ``equal``, or ``quotas`` (the shares of its groups in the rule
        set). What is not given of these four is as the rule set says.
    by
        By survey the column of districts, where it is not that of the rule set.
    level
        Of intervals.
    rule
        The rule set.
    language
        Of what is shown; that of the designs if not given.

    Returns
    -------
    Recognized
        ``table``: ``unit``, ``estimate`` (%), ``se``, ``lower``, ``upper``, ``df``, ``n`` (persons), ``required`` (by
        the rule set's sample; missing without residents), ``answers`` (to questions), a column a form (%), ``verdict``
        (``reached``, ``missed``, or nothing where a form is missing), ``against`` (the whole interval ``above`` or
        ``below`` the mark, or ``across``), ``others`` (further settings), ``turned`` (how many of them give another
        verdict), ``turned_by`` (which do so by one change), ``interval`` (``sampling`` or ``model``), the settings,
        ``precision``, ``note``.

    Raises
    ------
    DuzhengError
        DZ-S002 for a form without a design, waves of several years, real and simulated ones together, and settings,
        questions or districts that are not known; DZ-W003 for a wrong rule set.

    Notes
    -----
    Of a form in a district R = Σ w y / Σ w x, with y the worth of a person's answers and x how many count: each answer
    counts alike. P = Σ aₛ Rₛ over surveys s, with fixed weights a; surveys were gathered apart, so
    v = Σ aₛ² vₛ, with degrees of freedom v² / Σ (aₛ² vₛ)² / dfₛ (Satterthwaite 1946, Biometrics Bulletin 2). The
    verdict is P ≥ mark at full precision, as the rule has it: the interval does not enter it. In R ``svyby`` with
    ``svyratio``, and the sum.
    """
    designs = tuple(designs)
    of, read = read_rule(workspace, rule)
    read, chosen = _settled(read, items, {"numerator": numerator, "dont_know": dont_know, "form_weights": form_weights})
    hold(designs, read)
    pieces = tuple(form_share(each, read, workspace, chosen, level=level, place=(by or {}).get(
        each.survey.questionnaire.id)) for each in designs)  # fmt: skip
    units = sorted(set().union(*(piece.units for piece in pieces)))
    if unit is not None:
        wanted = unit_named(workspace, unit)
        if wanted not in units:
            raise DuzhengError(wrong(f"unit={unit!r}", "a district with answers", ", ".join(units)))
        units = [wanted]
    precision = workspace.rules.get("precision")
    least = bounds_of(precision).suppress_below
    specifications = every_setting(pieces, read, units, chosen, level, least)
    parts = _parts(pieces, read, units, chosen, precision)
    kind = "sampling" if all(each.tested for each in designs) else "model"
    table = _table(specifications, parts, read, chosen, kind)
    table.insert(list(table).index("n") + 1, "required", _required(workspace, read, units))
    return Recognized(
        classified(table, precision),
        WORDS,
        designs,
        settings={**chosen, "pass_mark": read.pass_mark.value, "level": level},
        rule=of,
        notes=_notes(designs, read, table, kind, of),
        drawing=recognition_chart,
        shown=(
            "unit",
            "estimate",
            "lower",
            "upper",
            "n",
            "required",
            *(form.id for form in read.forms.entries),
            "verdict",
            "against",
            "turned",
            "turned_by",
        ),
        decimals={"estimate": 2, "required": 0, "turned": 0},
        forms=parts,
        specifications=specifications,
        read=read,
        named=_named(workspace, read, units),
        spoken=language or designs[0].language,
        pieces=pieces,
        parts=tuple(
            SurveyResult(piece.main, WORDS, (each,), asked=(piece.main,), sample=piece.sample)
            for piece, each in zip(pieces, designs, strict=True)
        ),
    )


def _settled(
    read: Recognition, items: str | Mapping[str, Sequence[str]] | None, given: Mapping[str, str | None]
) -> tuple[Recognition, dict[str, str]]:
    """Give the settings that are asked for; questions that a caller names go in as a set of their own."""
    declared = read.settings
    for name, value, known in zip(given, given.values(), (NUMERATORS, DONT_KNOWS, FORM_WEIGHTS), strict=True):
        if value is not None:
            one_of(name, value, known)
    if isinstance(items, Mapping):
        sets = {**read.items.entries, "given": Items(name=words(WORDS)["items.given"], of=dict(items))}
        read = read.model_copy(update={"items": read.items.model_copy(update={"entries": sets})})
        items = "given"
    if items is not None:
        one_of("items", items, list(read.items.entries))
    chosen = {"items": items or declared.items}
    return read, chosen | {name: value or getattr(declared, name) for name, value in given.items()}


def _parts(
    pieces: Sequence[FormShare], read: Recognition, units: list[str], chosen: Mapping[str, str],
    precision: RuleSet | None,
) -> pd.DataFrame:  # fmt: skip
    """Give what each form, and each group in it, said by the settings that were chosen."""
    import numpy as np
    import pandas as pd

    rows = []
    for form in read.forms.entries:
        mine = [piece for piece in pieces if read.form_of(piece.survey) == form.id]
        each = [piece.estimates(chosen, units) for piece in mine]
        n = np.array([frame["n"].to_numpy(float) for frame in each])
        weights = weights_of(mine, read, n, chosen["form_weights"])
        with np.errstate(invalid="ignore", divide="ignore"):
            weights = weights / weights.sum(axis=0)
        of = [np.array([frame[name].to_numpy(float) for frame in each]) for name in ("estimate", "variance", "df")]
        value, variance, df = combined(of[0], of[1], of[2], weights)
        kind = "sampling" if all(piece.tested for piece in mine) else "model"
        rows.append(pd.DataFrame({
            "unit": units, "part": "form", "code": form.id, "form": form.id, "estimate": value,
            "se": np.sqrt(variance), "df": df, "n": n.sum(axis=0).astype(int), "interval": kind,
        }))  # fmt: skip
        rows += [piece.groups[piece.groups["unit"].isin(units)].assign(form=form.id) for piece in mine]
    found = pd.concat(rows, ignore_index=True)
    found = classified(_bounded(found, pieces[0].level), precision)
    return complementary(found, ["unit", "form"], among=found["part"] == "group")


def _bounded(found: pd.DataFrame, level: float) -> pd.DataFrame:
    import numpy as np

    lower, upper = bounds(found["estimate"], found["se"] ** 2, found["df"], level)
    return found.assign(lower=np.maximum(lower, 0), upper=np.minimum(upper, 100))


def _table(
    specifications: pd.DataFrame, parts: pd.DataFrame, read: Recognition, chosen: Mapping[str, str], kind: str
) -> pd.DataFrame:
    """Lay out one row a district: the percentage, what its forms said, and what would turn the verdict."""
    import numpy as np

    table = specifications[specifications["declared"]].drop(columns=[*SETTINGS, "declared", "verdict"])
    table = table.reset_index(drop=True)
    forms = parts[parts["part"] == "form"].pivot_table(index="unit", columns="code", values="estimate", dropna=False)
    for form in read.forms.entries:
        table[form.id] = table["unit"].map(forms[form.id]) if form.id in forms else np.nan
    others = specifications[~specifications["declared"]]
    verdict = specifications[specifications["declared"]].set_index("unit")["verdict"]
    turned = others[(others["verdict"] != others["unit"].map(verdict)) & (others["verdict"] != "")]
    turned = turned[turned["unit"].map(verdict) != ""]
    alone = (turned[list(SETTINGS)] != [chosen[name] for name in SETTINGS]).sum(axis=1) == 1
    by_one: dict[str, list[str]] = {}
    for row in turned[alone].to_dict("records"):
        by_one.setdefault(row["unit"], []).extend(f"{n}={row[n]}" for n in SETTINGS if row[n] != chosen[n])
    mark, lower, upper = read.pass_mark.value, table["lower"], table["upper"]
    table["verdict"] = table["unit"].map(verdict)
    table["against"] = np.select(
        [lower.isna(), lower >= mark, upper < mark], ["", "above", "below"], "across"
    )  # fmt: skip
    table["others"] = len(others) // max(len(table), 1)
    table["turned"] = table["unit"].map(turned["unit"].value_counts()).fillna(0).astype(int)
    table["turned_by"] = ["; ".join(by_one.get(each, ())) for each in table["unit"]]
    lacking = table["verdict"] == ""
    table.loc[lacking, [form.id for form in read.forms.entries]] = np.nan
    return table.assign(interval=kind, **chosen, note=np.where(lacking, "too few answers to one of the forms", ""))


def _required(workspace: Workspace, read: Recognition, units: list[str]) -> list[float]:
    known = residents_of(workspace, read.population.indicator, read.population.year)
    return [asked(known[each], read.sample.share) if each in known else float("nan") for each in units]


def _notes(
    designs: Sequence[Design], read: Recognition, table: pd.DataFrame, kind: str, rule: RuleSet
) -> tuple[Texts, ...]:
    """Say what the settings are, that none is from a source, and what the interval and the sample are."""
    shares = read.shares()
    covered = {group for each in designs for group in read.surveys.entries[each.survey.questionnaire.id].groups}
    lacking = [group for group in read.groups.entries if group.id not in covered]
    short = int((table["n"] < table["required"]).sum())
    opened = [each.name for each in designs if each.kind == "open"]

    def text(key: str, language: Language, **values: object) -> str:
        return said(WORDS, key, language, **values)

    mark, others = f"{read.pass_mark.value:g}", int(table["others"].max())
    found = [{language: text("rule_of_point", language, mark=mark) for language in LANGUAGES},
             {language: text("others_are", language, others=others) for language in LANGUAGES}]  # fmt: skip
    if kind == "model" and opened:
        found.append({lang: text("open", lang, names="、".join(opened)) for lang in LANGUAGES})
    if lacking:
        found.append({
            lang: text("lacking", lang, groups="、".join(pick(group.name, lang) for group in lacking),
                       share=f"{100 * sum(shares[group.id] for group in lacking):.1f}")
            for lang in LANGUAGES
        })  # fmt: skip
    if short:
        found.append({language: text("short", language, short=short, of=len(table)) for language in LANGUAGES})
    return (*found, *rule.notes)


def _named(workspace: Workspace, read: Recognition, units: list[str]) -> Labels:
    of_units: dict[str, Texts] = {
        code: {language: workspace.units.name(code, language, short=True) for language in LANGUAGES} for code in units
    }
    forms = {form.id: form.name for form in read.forms.entries}
    groups = {group.id: group.name for group in read.groups.entries}
    names = {"unit": of_units, "form": forms, "code": {**groups, **forms}}
    return Labels(names, {"unit": workspace.settings.unit_name, **forms})
