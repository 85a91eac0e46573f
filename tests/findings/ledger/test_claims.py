"""Claims of self-evaluations: what agrees, what differs, and what nobody can verify."""

from __future__ import annotations

import pytest
from tests.findings.ledger.conftest import estimates

from analysis.findings.permission import judged

PUPILS = "indicator: pupils, year: 2017"


def test_a_false_claim_is_caught_with_both_numbers(told):
    found = told({"V": {"pupils": f"{PUPILS}, value: 950"}})
    assert found.outcome("pupils") == ("differs", "")
    said = "可核对的1项均与监测数据不一致：2017年学生数报950人、实为900人。请县政府更正或说明口径。"
    assert said in found.said("V", "all", "zh-Hans")
    said = "pupils in 2017, 950 persons claimed and 900 persons monitored. The county government should correct"
    assert said in found.said("V", "all")
    (finding,) = found.about("V")
    assert (finding.estimate, finding.against, finding.verdict, finding.tone) == (1, 0, "differs", "bad")
    assert "pupils/V/2017" in finding.cells


def test_the_three_that_are_most_off_are_named_and_the_rest_said_once_by_themselves(told):
    claims = {"small": f"{PUPILS}, value: 902", "most": f"{PUPILS}, value: 1800", "tenth": f"{PUPILS}, value: 990",
              "third": "indicator: pupils, year: 2012, value: 1300"}  # fmt: skip
    found = told({"V": claims})
    said = found.said("V", "all", "zh-Hans")
    named = ("2017年学生数报1,800人、实为900人", "2012年学生数报1,300人、实为1,000人", "2017年学生数报990人、实为900人")
    assert f"：{'；'.join(named)}；另有1项。" in said
    assert [each.group or each.subject for each in found.about("V")] == ["self_evaluation", "pupils"]
    assert "自评为902人，监测数据为900人，多报2人" in found.said("V", "pupils", "zh-Hans")
    assert "2 persons too many" in found.said("V", "pupils")


def test_a_year_is_said_once_for_claims_that_follow_each_other(told):
    found = told({"U": {"pupils": f"{PUPILS}, value: 3000",
                        "teachers": "indicator: teachers_per_100, year: 2017, value: 8.5"}})  # fmt: skip
    said = "：2017年学生数报3,000人、实为3,300人；每百名学生教师数报8.5人、实为8.00人。"
    assert said in found.said("U", "all", "zh-Hans")


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        # Upper has 264 teachers for 3300 pupils: 8.00 for 100.
        ("indicator: teachers_per_100, year: 2017, value: 8.0", "agrees"),
        ("indicator: teachers_per_100, year: 2017, value: 8.1", "differs"),
        ("indicator: teachers_per_100, year: 2017, value: 8.1, tolerance: 0.1", "agrees"),
        (f"{PUPILS}, value: 3000, rounded_to: 1000", "agrees"),
        (f"{PUPILS}, value: 3200, rounded_to: 100", "differs"),
        (f"{PUPILS}, value: 3300", "agrees"),
        (f"{PUPILS}, value: 3301", "differs"),
    ],
)
def test_a_claim_agrees_within_what_its_printed_digits_round(told, claim, outcome):
    assert told({"U": {"it": claim}}).outcome("it")[0] == outcome


def test_zeros_at_the_end_of_a_number_in_quotes_count(told):
    found = told({"U": {"short": "indicator: teachers_per_100, year: 2017, value: 8",
                        "long": 'indicator: teachers_per_100, year: 2017, value: "8.10"'}})  # fmt: skip
    assert (found.outcome("short")[0], found.outcome("long")[0]) == ("agrees", "differs")
    # Shown as the unit printed it, beside the figure with as many decimals.
    assert "8.10 claimed and 8.00 monitored" in found.said("U", "all")


def test_what_a_figure_was_published_in_is_no_difference(told):
    # 25,800 residents were printed as 2.58 ten thousands: anything from 25,750 to 25,850.
    found = told({"V": {"inside": "indicator: residents, year: 2017, value: 25843",
                        "outside": "indicator: residents, year: 2017, value: 25860"}})  # fmt: skip
    assert (found.outcome("inside")[0], found.outcome("outside")[0]) == ("agrees", "differs")


def test_a_claim_across_a_break_cannot_be_verified(told):
    found = told({"V": {"broken": "indicator: funds, year: 2017, base_year: 2015, growth: 25.5",
                        "way": "indicator: funds, year: 2016, base_year: 2015, direction: up"}})  # fmt: skip
    assert found.outcome("broken") == found.outcome("way") == ("open", "broken")
    assert "2 claims" in found.said("V", "open")
    assert "the definition changed" in found.said("V", "open")
    assert not found.about("V", "funds")


def test_growth_is_held_to_what_was_published_on_one_scope(told):
    # The levels give 0.4 %, the source says that on one scope it is 2.22 %.
    found = told({"V": {"scope": "indicator: funds, year: 2017, base_year: 2016, growth: 2.22",
                        "levels": "indicator: funds, year: 2017, base_year: 2016, growth: 0.40"}})  # fmt: skip
    assert (found.outcome("scope")[0], found.outcome("levels")[0]) == ("agrees", "differs")


def test_a_doubtful_figure_proves_nothing(told):
    # Valley has more teachers than staff in 2017, which cannot be.
    found = told({"V": {"doubt": "indicator: teachers, year: 2017, value: 80"}})
    assert found.outcome("doubt") == ("open", "doubtful")


def test_a_claim_of_another_year_is_told_which_is_the_newest(told):
    found = told({"V": {"later": "indicator: pupils, year: 2019, value: 880"},
                  "U": {"none": "indicator: staff, year: 2017, value: 300"}})  # fmt: skip
    assert found.outcome("later") == ("open", "other_year")
    assert found.claim("later")["newest"] == 2017
    assert "pupils, newest 2017" in found.said("V", "open")
    assert found.outcome("none") == ("open", "no_figure")


def test_a_merged_unit_is_held_to_all_its_territory(told):
    # Upper and Lower Hill had 900 + 2100 pupils in 2012.
    found = told({"U": {"all": "indicator: pupils, year: 2012, value: 3000",
                        "growth": "indicator: pupils, year: 2017, base_year: 2012, growth: 10.0",
                        "wrong": "indicator: pupils, year: 2012, value: 2500"}})  # fmt: skip
    assert [found.outcome(each)[0] for each in ("all", "growth", "wrong")] == ["agrees", "agrees", "differs"]


def test_a_number_of_the_former_territory_is_not_called_false(told):
    # Upper alone had 900; from these to 3300 it would be a growth of 266.7 %.
    found = told({"U": {"own": "indicator: pupils, year: 2012, value: 900",
                        "jump": "indicator: pupils, year: 2017, base_year: 2012, growth: 266.7"}})  # fmt: skip
    assert found.outcome("own") == found.outcome("jump") == ("open", "territory")


def test_a_unit_that_was_merged_stands_with_its_successor_unverified(told):
    found = told({"L": {"own": "indicator: pupils, year: 2012, value: 2100"}}, year=2014, evaluated=2014)
    row = found.claim("own")
    assert (row["unit"], row["verdict"], row["reason"]) == ("U", "open", "territory")
    assert "Lower Hill County" in found.said("U", "all")


def test_a_direction_is_told_with_both_figures(told):
    found = told({"V": {"up": f"{PUPILS}, base_year: 2012, direction: up"}})
    said = "claimed to be above the figure of 2012 and monitored to have fallen from 1,000 persons to 900 persons"
    assert said in found.said("V", "all")
    assert "2017年学生数报高于2012年、实由1,000人降至900人" in found.said("V", "all", "zh-Hans")
    agreeing = told({"V": {"down": f"{PUPILS}, base_year: 2012, direction: down"}})
    assert agreeing.outcome("down")[0] == "agrees"


def test_a_change_is_told_with_the_way_it_went(told):
    found = told({"V": {"more": f"{PUPILS}, base_year: 2012, change: 40",
                        "less": f"{PUPILS}, base_year: 2012, change: -100"}})  # fmt: skip
    assert found.outcome("less")[0] == "agrees"
    assert "2017年学生数与2012年相比报增加40人、实为减少100人" in found.said("V", "all", "zh-Hans")


def test_yes_and_no_are_words(told):
    found = told({"V": {"no": "indicator: listed, year: 2017, value: 0"},
                  "U": {"yes": "indicator: listed, year: 2017, value: 1"}})  # fmt: skip
    assert "on the list in 2017, claimed no and monitored yes" in found.said("V", "all")
    assert (found.claim("no")["claimed_word"], found.claim("no")["monitored_word"]) == ("no", "yes")
    assert found.outcome("yes") == ("open", "no_figure")


INDEX = "index: {survey: students, id: ixAll}, year: 2020"


@pytest.mark.parametrize(
    ("value", "outcome"),
    # The interval of 70 with an error of 1 and 30 degrees of freedom: 70 ± 2.042.
    [
        ("72.0", "within"),
        ("68.4", "within"),
        ("72.04", "within"),
        ("72.09", "differs"),
        ("72.1", "differs"),
        ("60.0", "differs"),
    ],
)
def test_a_claim_on_an_index_is_within_error_as_long_as_it_lies_within_the_interval(told, value, outcome):
    found = told({"V": {"index": f'{INDEX}, value: "{value}"'}}, asked=estimates({"unit": "V"}))
    assert found.outcome("index") == (outcome, "")
    counts = found.tables["self_evaluations"].set_index("unit").loc["V"]
    sizes = [found.cells[counts[name]]["value"] for name in ("checked", "agree", "within", "differ")]
    assert sizes == ([1, 0, 1, 0] if outcome == "within" else [1, 0, 0, 1])


def test_what_is_outside_its_interval_by_chance_is_not_called_false(told):
    """Of ten claims of which one is 2.1 errors off, chance alone would show it; adjusted over all, it is open."""
    claims = {f"c{number}": f'{INDEX}, value: "70.0"' for number in range(9)} | {"off": f'{INDEX}, value: "72.2"'}
    found = told({"V": claims}, asked=estimates({"unit": "V"}))
    assert found.outcome("off") == ("open", "unclear")
    alone = told({"V": {"off": f'{INDEX}, value: "72.2"'}}, asked=estimates({"unit": "V"}))
    assert alone.outcome("off")[0] == "differs"


@pytest.mark.parametrize(
    ("measure", "level", "apart"),
    [
        ("linear_0_100", ("分", "points"), ("分", "points")),
        ("points_20_100_of_5", ("分", "points"), ("分", "points")),
        ("top2_of_5", ("%", "%"), ("个百分点", "percentage points")),
    ],
)
def test_an_index_is_in_the_measure_of_its_conversion_whatever_its_scale(told, measure, level, apart):
    asked = estimates({"unit": "V", "measure": measure})
    found = told({"V": {"index": f'{INDEX}, value: "90.0"'}}, asked=asked)
    cells = {name.rsplit("/", 1)[1]: (row["measure_zh"], row["measure_en"]) for name, row in found.cells.items()}
    assert (cells["claimed"], cells["monitored"], cells["difference"]) == (level, level, apart)


def test_an_index_that_differs_is_told_with_its_interval(told):
    found = told({"V": {"high": f'{INDEX}, value: "90.0"'}}, asked=estimates({"unit": "V"}))
    said = found.said("V", "ixAll")
    assert "gives 90.0 points" in said
    assert "70.0 points (95% confidence interval 68.0 to 72.0 points)" in said
    (finding,) = found.about("V", "ixAll")
    assert (finding.selection, finding.n, finding.psus, finding.survey) == ("probability", 400, 40, "students-2020")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"selection": "open", "lower": None, "upper": None, "se": None, "df": None}, "open_sample"),
        ({"precision": "suppress", "estimate": None, "n": 6}, "withheld"),
        ({"wave": 2018, "survey": "students-2018"}, "other_year"),
        ({"index": "ixOther"}, "no_figure"),
    ],
)
def test_an_index_that_may_not_be_published_or_tested_verifies_nothing(told, row, reason):
    found = told({"V": {"index": f'{INDEX}, value: "90.0"'}}, asked=estimates({"unit": "V"} | row))
    assert found.outcome("index") == ("open", reason)
    assert not any(row["statistic"] == "monitored" for row in found.cells.values())


def test_the_counts_add_up_and_have_cells(told):
    found = told({"V": {"right": f"{PUPILS}, value: 900", "wrong": f"{PUPILS}, value: 950",
                        "open": "indicator: pupils, year: 2019, value: 880"},
                  "U": {"right": f"{PUPILS}, value: 3300"}})  # fmt: skip
    assert "2020年度自评可核对的2项中，1项与监测数据不一致" in found.said("V", "all", "zh-Hans")
    assert "可核对的1项均未发现与监测数据不一致" in found.said("U", "all", "zh-Hans")
    assert "有2个县报送2020年度自评，可核对的3项中，1项与监测数据不一致" in found.said("P", "below", "zh-Hans")
    assert "请有关县政府更正或说明口径" in found.said("P", "below", "zh-Hans")
    assert "谷县（1项）" in found.said("P", "below", "zh-Hans")
    for finding in found.findings.values():
        named = {run.cell for runs in finding.texts.values() for run in runs if run.cell}
        assert named <= set(found.cells)
        assert named <= set(finding.cells)
    overview = found.tables["self_evaluations"].set_index("unit")
    names = ("claims", "checked", "agree", "differ", "open")
    assert not any(found.cells[each]["value"] for each in overview["within"])
    sizes = {unit: [found.cells[overview.at[unit, name]]["value"] for name in names] for unit in ("V", "U", "P")}
    assert sizes == {"V": [3, 2, 1, 1, 1], "U": [1, 1, 1, 0, 0], "P": [4, 3, 2, 1, 1]}


def test_the_rules_let_a_difference_be_said_however_small_and_keep_the_counts_first(told, shanghai):
    wrong = {f"wrong{number}": f"{PUPILS}, value: {902 + number}" for number in range(4)}
    found = told({"V": {**wrong, "right": f"{PUPILS}, value: 900"}})
    said = judged(tuple(found.findings.values()), shanghai.rules["statements"])
    assert not any(each.withheld for each in said)
    mine = sorted((each for each in said if each.unit == "V"), key=lambda each: -each.importance)
    assert [each.id.split("/")[1] for each in mine] == ["all", "pupils"]


def test_a_self_evaluation_of_another_year_is_not_told(told):
    assert not told({"V": {"pupils": f"{PUPILS}, value: 950"}}, evaluated=2018).findings


def test_the_demonstration_is_never_mixed_with_what_is_real(told):
    real = told({"V": {"pupils": f"{PUPILS}, value: 900"}})
    demo = told({"U": {"pupils": f"{PUPILS}, value: 3300"}}, synthetic=True)
    assert {each.unit for each in real.findings.values()} == {"V", "P"}
    assert not any(each.synthetic for each in real.findings.values())
    assert {each.unit for each in demo.findings.values()} == {"U", "P"}
    assert all(each.synthetic for each in demo.findings.values())
    # The document says so on each page, and the layout marks the finding: the sentence is the same.
    assert "演示" not in demo.said("U", "all", "zh-Hans")
