"""Checks of self-evaluations: each problem is found where it was planted, and nothing else is."""

from __future__ import annotations

import pytest
from tests.supervision.handing_in import HANDED_IN, asked, claim, handed

from analysis.findings.ledger.monitored import Monitored
from analysis.messages import DuzhengError
from analysis.supervision.checks import FOUND, SOUND, blocking, check, monitored_of
from analysis.supervision.evaluations import submit
from analysis.supervision.handed import Handed
from analysis.workspace import Workspace
from analysis.workspace.ledger import Answer, Claim, Paper


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Workspace:
    return asked(tmp_path_factory.mktemp("office"), "U", "V", "fin")


@pytest.fixture(scope="module")
def monitored(office) -> Monitored:
    return monitored_of(office, [], synthetic=False)


@pytest.fixture
def checked(office, monitored):
    """Hand in claims of a unit, give what is found, and take them back."""
    before = {path: path.read_bytes() for path in office.root.glob("data/ledger/self_evaluations/*")}

    def done(*claims: Claim, unit: str = "U", form: Handed | None = None):
        points = ("means-1",) if unit == "fin" else ("growth-1", "reform-1")
        submit(office, form or handed(*claims, points=points), unit=unit, year=2020, on=HANDED_IN, by="李某")
        found = check(office, unit=unit, year=2020, monitored=monitored)
        for path, content in before.items():
            path.write_bytes(content)
        office.__dict__.pop("ledger", None)
        return found

    return done


def wrong(found):
    return [tuple(row) for row in blocking(found)[["problem", "point", "claim"]].to_numpy().tolist()]


def outcome(found, name):
    (row,) = found[(found["aspect"] == "evidence") & (found["claim"] == name)].to_dict("records")
    return row


def test_what_is_complete_consistent_and_right_is_told_nothing(checked):
    # As the invented yearbook has them: 3,000 in 2012 (900 and 2,100 on later boundaries) and 3,300 in 2017.
    found = checked(
        claim("now", value=3300), claim("before", value=3000, year=2012), claim("way", direction="up", base_year=2012),
        claim("more", change=300, base_year=2012), claim("growth", growth="10.0", base_year=2012),
    )  # fmt: skip
    assert list(found.columns) == list(FOUND)
    assert found[["aspect", "problem"]].to_numpy().tolist() == [["evidence", "agrees"]] * 5


def test_each_thing_that_is_missing_is_named_once_where_it_is_missing(office, checked):
    money = {"indicator": "funds", "value": 9000, "year": 2018}
    form = Handed(
        (Paper(id="report", title={"zh-Hans": "报告"}),),
        (Answer(point="growth-1", text={"zh-Hans": "发展良好。"}),),
        (claim("money", **money), claim("bare", **money, evidence=())),
    )
    found = checked(form=form)
    assert wrong(found) == [
        ("missing_figure", "growth-1", ""), ("missing_answer", "reform-1", ""), ("no_evidence_answer", "growth-1", ""),
        ("no_evidence", "", "bare"),
    ]  # fmt: skip
    assert set(found[~found["blocks"]]["problem"]) - SOUND == {"open_no_figure"}
    told = found.set_index("problem")
    assert told.at["missing_figure", "text_zh"] == "应报而未报的数据：学生数"
    assert told.at["missing_answer", "text_en"] == "No answer to: 改革情况"
    assert (told["file"] == "data/ledger/self_evaluations/U-2020.yaml").all()


def test_a_fault_names_the_line_of_its_claim(office, monitored):
    submit(office, handed(claim("a", value=3300), claim("b", value=3303)), unit="V", year=2020, on=HANDED_IN, by="李某")
    found = check(office, unit="V", year=2020, monitored=monitored)
    lines = (office.root / found["file"].iloc[0]).read_text(encoding="utf-8").splitlines()
    rows = found[found["claim"] == "b"]
    assert set(rows["problem"]) == {"contradicts", "differs"}
    assert all("    id: b" in lines[line : line + 2] for line in rows["line"])


@pytest.mark.parametrize(
    ("claims", "contradicts"),
    [
        # Two values of one figure: half a unit of the last digit of each may lie between them.
        ([{"value": "3300"}, {"value": "3301"}], False),
        ([{"value": "3300"}, {"value": "3302"}], True),
        ([{"value": "3300"}, {"value": "3000", "rounded_to": 1000}], False),
        ([{"value": "3300.0"}, {"value": "3300.2"}], True),
        ([{"value": "3300.0"}, {"value": "3300.1"}], False),
        ([{"value": "3300", "tolerance": 5}, {"value": "3305"}], False),
        ([{"value": "3300"}, {"value": "3302", "of": "P"}], False),
        ([{"value": "3300"}, {"value": "3302", "year": 2016}], False),
        ([{"value": "3300"}, {"value": "3302", "indicator": "funds"}], False),
        # A growth against the two values: 100 x (3300 - 3000) / 3000 = 10.0.
        ([{"value": "3300"}, {"value": "3000", "year": 2012}, {"growth": "10.0", "base_year": 2012}], False),
        ([{"value": "3300"}, {"value": "3000", "year": 2012}, {"growth": "10.1", "base_year": 2012}], True),
        ([{"value": "3300"}, {"value": "3000", "year": 2012}, {"growth": "10.08", "base_year": 2012}], True),
        ([{"value": "3300"}, {"value": "3000", "year": 2012}, {"growth": "10.03", "base_year": 2012}], False),
        ([{"value": "3300"}, {"value": "3000", "year": 2012, "rounded_to": 1000}, {"growth": 20, "base_year": 2012}],
         False),
        ([{"value": "3300"}, {"growth": "50", "base_year": 2012}], False),
        ([{"value": "3300"}, {"value": "3000", "year": 2013}, {"growth": "50", "base_year": 2012}], False),
        # A change, also from nothing and to nothing.
        ([{"value": "3300"}, {"value": "3000", "year": 2012}, {"change": "300", "base_year": 2012}], False),
        ([{"value": "3300"}, {"value": "3000", "year": 2012}, {"change": "302", "base_year": 2012}], True),
        ([{"value": "5"}, {"value": "0", "year": 2012}, {"change": "9", "base_year": 2012}], True),
        ([{"value": "0"}, {"value": "5", "year": 2012}, {"change": "-5", "base_year": 2012}], False),
        ([{"value": "0"}, {"value": "5", "year": 2012}, {"growth": "-40", "base_year": 2012}], True),
        ([{"value": "5"}, {"value": "0", "year": 2012}, {"growth": "40", "base_year": 2012}], False),
        # A direction.
        ([{"value": "3300"}, {"value": "3000", "year": 2012}, {"direction": "up", "base_year": 2012}], False),
        ([{"value": "3300"}, {"value": "3000", "year": 2012}, {"direction": "down", "base_year": 2012}], True),
        ([{"value": "3300"}, {"value": "3000", "year": 2012}, {"direction": "steady", "base_year": 2012}], True),
        ([{"value": "3300"}, {"value": "3000", "year": 2012},
          {"direction": "steady", "tolerance": 300, "base_year": 2012}], False),
        ([{"value": "3300"}, {"value": "3300", "year": 2012}, {"direction": "up", "base_year": 2012}], False),
        # A direction beside a growth or a change, whatever the values are.
        ([{"growth": "10.0", "base_year": 2012}, {"direction": "down", "base_year": 2012}], True),
        ([{"growth": "10.0", "base_year": 2012}, {"direction": "up", "base_year": 2012}], False),
        ([{"growth": "10.0", "base_year": 2013}, {"direction": "down", "base_year": 2012}], False),
        ([{"direction": "steady", "base_year": 2012}, {"change": "300", "base_year": 2012}], True),
        ([{"direction": "steady", "tolerance": 300, "base_year": 2012}, {"change": "300", "base_year": 2012}], False),
        ([{"growth": "0.0", "base_year": 2012}, {"direction": "down", "base_year": 2012}], False),
    ],
)  # fmt: skip
def test_claims_contradict_each_other_when_no_rounding_explains_it(checked, claims, contradicts):
    found = checked(*(claim(f"c{number}", **each) for number, each in enumerate(claims)))
    rows = found[found["problem"] == "contradicts"]
    assert list(rows["claim"]) == ([f"c{len(claims) - 1}"] if contradicts else [])


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"value": "3300"}, "agrees"),
        ({"value": "3300.4"}, "differs"),
        ({"value": "3301"}, "differs"),
        ({"value": "3000", "rounded_to": 1000}, "agrees"),
        ({"value": "3301", "tolerance": 1}, "agrees"),
        ({"growth": "10.0", "base_year": 2012}, "agrees"),
        ({"growth": "10.1", "base_year": 2012}, "differs"),
        ({"direction": "down", "base_year": 2012}, "differs"),
        ({"value": "3300", "year": 2018}, "open_other_year"),
        ({"indicator": "funds", "value": "1", "year": 2018}, "open_no_figure"),
        ({"value": "4200", "of": "P"}, "agrees"),
        ({"value": "900", "of": "V"}, "agrees"),
    ],
)
def test_a_claim_is_held_to_what_was_monitored(checked, said, problem):
    assert outcome(checked(claim("it", **said)), "it")["problem"] == problem


def test_what_differs_is_told_with_both_numbers(checked):
    row = outcome(checked(claim("it", value=3400)), "it")
    assert (row["claimed"], row["monitored"], row["difference"]) == ("3,400", "3,300", "+100")
    assert "监测为3,300人，相差+100" in row["text_zh"]
    assert "Monitored: 3,300 persons; difference +100 persons." in row["text_en"]


def test_what_the_words_of_an_answer_say_is_held_to_the_evidence_as_well(checked):
    form = Handed(
        (Paper(id="report", title={"zh-Hans": "报告"}),),
        (Answer(point="growth-1", text={"zh-Hans": "2017年学生数为9,999人。"}, evidence=("report",)),
         Answer(point="reform-1", text={"zh-Hans": "2017年学生数为3,300人。"}, evidence=("report",))),
        (claim("right", value=3300), claim("words", value=3300, text={"zh-Hans": "2017年学生数达到4,000人。"})),
    )  # fmt: skip
    found = checked(form=form)
    assert wrong(found) == [("differs_in_text", "growth-1", ""), ("differs_in_text", "", "words")]
    told = found[found["problem"] == "differs_in_text"]["text_zh"].tolist()
    assert "9,999" in told[0]
    assert "3,300" in told[0]  # as it was monitored


def test_a_department_is_held_to_the_figures_of_whom_it_speaks(checked):
    found = checked(claim("own", value=4200), claim("city", value=4200, of="P"), claim("false", value=4300, of="P"),
                    unit="fin")  # fmt: skip
    assert [outcome(found, name)["problem"] for name in ("own", "city", "false")] == [
        "open_no_figure", "agrees", "differs"
    ]  # fmt: skip
    assert wrong(found) == [("contradicts", "", "false"), ("differs", "", "false")]


def test_there_is_no_check_of_what_there_is_not(office):
    with pytest.raises(DuzhengError, match=r"DZ-O003 data/ledger/self_evaluations/edu-2020.yaml"):
        check(office, unit="edu", year=2020)
