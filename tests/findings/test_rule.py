"""The rule set on statements: whole, in order, and no laxer than what holds elsewhere."""

from __future__ import annotations

import pytest
from tests.conftest import ROOT, write
from tests.findings.slots import slots_of

from analysis.findings.checks import CHECKS
from analysis.findings.permission import SAID_ELSEWHERE
from analysis.findings.rule import ALWAYS, CODES, OUTCOMES, Statements, statements_of
from analysis.messages import LANGUAGES, DuzhengError
from analysis.satisfaction.precision import Precision
from analysis.workspace.rules import RuleSet, read_rules


@pytest.fixture
def given(shanghai) -> RuleSet:
    return shanghai.rules["statements"]


def changed(rule: RuleSet, **parameters) -> RuleSet:
    return rule.model_copy(update={"parameters": {**rule.parameters, **parameters}})


def test_every_code_has_a_rule_and_a_sentence_in_both_languages():
    assert set(CHECKS) == {*ALWAYS, *CODES}
    for language in LANGUAGES:
        assert {f"withheld_{code}" for code in (*CHECKS, SAID_ELSEWHERE)} <= set(slots_of(language))


def test_what_may_be_said_is_held_to_no_less_than_what_may_be_shown(shanghai, given):
    shown, said = shanghai.rules["precision"].read(Precision), statements_of(given)
    assert said.small == shown.suppress_below
    assert said.few_answers.level.weak == shown.caution_below
    assert said.few_df.level.moderate == shown.caution_df
    assert said.wide.weak == shown.caution_half_width


def test_a_rule_that_is_always_judged_cannot_be_given_kinds(given):
    applies = {**given.parameters["applies"], "small": ["gap"]}
    with pytest.raises(DuzhengError, match=r"DZ-W003 data/rules/statements\.yaml.*small"):
        statements_of(changed(given, applies=applies))


def test_a_rule_that_is_left_out_is_named(given):
    applies = {code: kinds for code, kinds in given.parameters["applies"].items() if code != "noise"}
    with pytest.raises(DuzhengError, match="see noise"):
        statements_of(changed(given, applies=applies))


def test_every_fault_of_the_file_is_told_with_line_field_found_and_expected(shanghai, tmp_path):
    lines = (ROOT / "data/rules/statements.yaml").read_text(encoding="utf-8").splitlines()
    planted = (("  small: 10 ", "  smal: 10 "), ("    gap: {at_most: strong}", "    gap: {at_most: loud}"),
               ("    trifling: [consistency", "    triflin: [consistency"),
               ("    claim: {withheld: 15, weak: 30}", "    claim: {withheld: 45, weak: 30}"))  # fmt: skip
    at = {}
    for old, new in planted:
        (place,) = [number for number, line in enumerate(lines) if line.startswith(old)]
        lines[place], at[new.split(":")[0].strip()] = lines[place].replace(old, new), place + 1
    write(tmp_path, {"data/rules/statements.yaml": "\n".join(lines)})
    with pytest.raises(DuzhengError) as raised:
        statements_of(read_rules(tmp_path, shanghai.sources)["statements"])
    faults = {fault.column: fault for fault in raised.value.faults}
    assert {fault.file for fault in faults.values()} == {"data/rules/statements.yaml"}
    assert set(faults) == {"smal", "small", "kinds.gap.at_most", "applies", "few_effective.claim"}
    assert [faults[name].line for name in ("smal", "kinds.gap.at_most", "few_effective.claim")] == [
        at["smal"], at["gap"], at["claim"],
    ]  # fmt: skip
    assert (faults["smal"].found, faults["smal"].hint) == ("the key 'smal'", "did you mean small?")
    assert faults["kinds.gap.at_most"].found == "'loud'"
    assert faults["kinds.gap.at_most"].expected == "'weak', 'moderate' or 'strong'"
    assert faults["few_effective.claim"].expected == "withheld ≤ weak ≤ moderate"
    assert "see triflin, trifling" in faults["applies"].expected
    assert (faults["small"].found, faults["small"].hint) == ("nothing", "add small")


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("few_answers", {"level": {"weak": 30}, "claim": {"withheld": 50, "weak": 30}}),
        ("wide", {"withheld": 5, "weak": 10}),
        ("noise", {"level": 0.05, "strong": 0.1, "exploratory": 0.01, "exploratory_at_most": "weak"}),
        ("noise", {"level": 0.05, "strong": 0.01, "exploratory": 0.2, "exploratory_at_most": "weak"}),
        ("small", 0),
        ("kinds", {"gap": {"at_most": "strong"}}),
        ("selection", {"register": "strong"}),
        ("importance", {"standard": 3, "target": 2.5, "finding": 1, "unclear": 0, "unsized": 0.5, "exploratory": 0.8,
                        "strength": {"strong": 1, "moderate": 0.8, "weak": 0.5}, "group": 0.8, "neutral": 0.8,
                        "met": 0.6}),
    ],
)  # fmt: skip
def test_bounds_out_of_order_are_refused(given, name, parameters):
    with pytest.raises(DuzhengError, match="DZ-W003"):
        statements_of(changed(given, **{name: parameters}))


def test_what_one_table_leaves_out_hides_no_fault_of_another(given):
    kinds = {kind: bounds for kind, bounds in given.parameters["kinds"].items() if kind != "quote"}
    applies = {code: of for code, of in given.parameters["applies"].items() if code != "noise"}
    with pytest.raises(DuzhengError) as raised:
        statements_of(changed(given, kinds=kinds, applies=applies, small=0, wide={"withheld": 5, "weak": 10}))
    faults = {fault.column: fault.expected for fault in raised.value.faults}
    assert list(faults) == ["kinds", "applies", "small", "wide"]
    assert "see quote" in faults["kinds"]
    assert "see noise" in faults["applies"]


def test_the_smallest_difference_is_of_what_it_is_measured_in(given):
    rule = statements_of(given)
    assert rule.practical("points") == 3
    assert rule.practical("relative", against=-2000) == pytest.approx(100)
    with pytest.raises(ValueError, match="relative needs"):
        rule.practical("relative")


def test_an_exploratory_family_is_never_held_to_less(given):
    rule = statements_of(given).noise.model_copy(update={"families": {"declared": 0.005}})
    assert rule.level_of("declared", confirmatory=True) == 0.005
    assert rule.level_of("declared", confirmatory=False) == 0.005
    assert rule.level_of("other", confirmatory=False) == 0.01


def test_the_rule_set_reads_again_as_it_is_written(given):
    rule = statements_of(given)
    assert Statements.model_validate(rule.model_dump()) == rule


def _kinds(rule: Statements, code: str) -> str:
    if code in ALWAYS:
        return "all"
    kinds = list(rule.applies[code])
    claims = [kind for kind in rule.kinds if kind not in {"level", "quote"}]
    rest = [kind for kind in kinds if kind not in claims]
    return ", ".join(["claims", *rest] if set(claims) <= set(kinds) else kinds)


def _bounds(rule: Statements) -> dict[str, dict[str, str]]:
    """Say the bounds of each rule as the page does; the others withhold always."""
    noise, size, deff, held = rule.noise, rule.trifling, rule.odd_design, rule.fragile
    shares = {outcome: f"< {100 * getattr(held, outcome):g} %" for outcome in OUTCOMES[:-1]}
    few = {
        code: {outcome: ", ".join(f"{part} < {bound:g}" for part in ("level", "claim")
                                  if (bound := getattr(getattr(getattr(rule, code), part), outcome)) is not None)
               for outcome in OUTCOMES[:-1]}
        for code in ("few_answers", "few_places", "few_df", "few_effective")
    }  # fmt: skip
    return few | {
        "suppressed": {"withheld": "always", "moderate": "precision: caution"},
        "small": {"withheld": f"< {rule.small}"},
        "odd_design": {"withheld": f"< {deff.lowest:g} or > {deff.highest:g}"},
        "wide": {"withheld": f"> {rule.wide.withheld:g}", "weak": f"> {rule.wide.weak:g}"},
        "incomparable": {"withheld": "not comparable", rule.incomparable.with_care: "with care"},
        "doubtful": {"withheld": "claims", **{strength: kind for kind, strength in rule.doubtful.items()}},
        "noise": {"withheld": f"p > {noise.level:g}, exploratory p > {noise.exploratory:g}",
                  noise.exploratory_at_most: "exploratory", "moderate": f"p > {noise.strong:g}"},
        "trifling": {"withheld": f"< {size.points:g} points, < {size.percent:g} per cent, < {size.cv:g} of a cv, "
                                 f"< {100 * size.relative:g} % of what it is held to"},
        "fragile": {**shares, held.unchecked: f"{shares[held.unchecked]}, or unchecked"},
    }  # fmt: skip


def _rows(first: str) -> dict[str, list[str]]:
    page = (ROOT / "docs/findings.md").read_text(encoding="utf-8")
    lines = page[page.index(first) :].split("\n\n")[0].splitlines()[2:]
    cells = [[each.strip() for each in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): row[1:] for row in cells}


def test_the_page_says_the_bounds_of_the_rule_set(given):
    rule, rows = statements_of(given), _rows("| rule | what it looks at |")
    assert list(rows) == list(CHECKS)
    for code, (_, kinds, *bounds) in rows.items():
        expected = _bounds(rule).get(code, {"withheld": "always"})
        said = [expected.get(outcome, "") for outcome in OUTCOMES[:-1]]
        assert [kinds, *bounds] == [_kinds(rule, code), *said], code


def test_the_page_says_the_weights_of_importance(given):
    weights, rows = statements_of(given).importance, _rows("| step |")
    steps = {name: float(row[0]) for name, row in rows.items() if name}
    assert steps == {name: getattr(weights, name) for name in ("standard", "target", "finding", "unclear")}
    strengths = ", ".join(f"{weights.strength[one]:g}" for one in ("strong", "moderate", "weak"))
    page = (ROOT / "docs/findings.md").read_text(encoding="utf-8")
    assert f"without one | {weights.unsized:g} |" in page
    assert f"strong, moderate, weak | {strengths} |" in page
    assert f"not declared | {weights.exploratory:g} |" in page
    assert f"about a group within the unit | {weights.group:g} |" in page
    assert f"neither good nor bad | {weights.neutral:g} |" in page
    assert f"a standard or target that is met | {weights.met:g} |" in page


def test_the_page_says_the_ceilings(given):
    rule = statements_of(given)
    assert (rule.kinds["driver"].at_most, rule.kinds["quote"].at_most) == ("moderate", "weak")
    assert {kind for kind, each in rule.kinds.items() if each.at_most != "strong"} == {"driver", "quote"}
    assert rule.selection == {"register": "strong", "probability": "strong", "census": "moderate", "open": "weak"}
