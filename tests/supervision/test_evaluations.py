"""Self-evaluations on their way: every step that may be taken can be, no other one, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import re
from functools import reduce
from itertools import product
from multiprocessing import get_context

import pytest
from tests.conftest import INVENTED, write
from tests.supervision.handing_in import (
    ANSWERED,
    ASKED,
    CHECKED,
    CLOSED,
    HANDED_IN,
    NOTICE,
    asked,
    claim,
    handed,
    lies,
    place,
    refused,
)

from analysis.messages import DuzhengError
from analysis.supervision.audits import answer, ask
from analysis.supervision.checks import check
from analysis.supervision.evaluations import Decided, evaluated, move, request, submit
from analysis.supervision.points import forms
from analysis.supervision.review import review
from analysis.supervision.standing import standing
from analysis.workspace import Workspace
from analysis.workspace.ledger import EVALUATION_MOVES

FILE = "data/ledger/self_evaluations/U-2020.yaml"
#: How each state is reached.
WAYS = {"": (), "requested": ("requested",), "submitted": ("requested", "submitted")}
for _state, _before in (("returned", "submitted"), ("checked", "submitted"), ("audited", "checked"),
                        ("approved", "audited"), ("published", "approved"), ("withdrawn", "published")):  # fmt: skip
    WAYS[_state] = (*WAYS[_before], _state)


def enter(ws, *claims, unit="U", on=HANDED_IN):
    submit(ws, handed(*(claims or (claim("pupils", value=3300),))), unit=unit, year=2020, on=on, by="李某")


def step(ws, state, *, on, unit="U", **more):
    move(ws, [Decided(unit, state, **more)], year=2020, on=on, by="张某")


def stands(ws, unit="U"):
    return ws.ledger.self_evaluations[unit, 2020]


def codes(faults):
    return {each.code for each in faults}


@pytest.mark.parametrize("state", EVALUATION_MOVES)
def test_every_step_that_is_allowed_can_be_taken_and_no_other(tmp_path, state):
    ws = place(tmp_path)
    steps = "".join(f"  - {{state: {each}, date: 2020-01-{day:02d}, by: 张某, note: {{zh-Hans: 补正}}}}\n"
                    for day, each in enumerate(WAYS[state], start=1))  # fmt: skip
    text = f"unit: U\nyear: 2020\nsource: {{zh-Hans: 自评}}\nsteps:\n{steps}"
    later = dt.date(2020, 2, 1)
    for wanted in (each for each in EVALUATION_MOVES if each):
        (tmp_path / FILE).unlink(missing_ok=True)
        if state:
            write(tmp_path, {FILE: text})
        take = {
            "requested": lambda: request(ws, year=2020, on=later, by="张某", units=["U"]),
            "submitted": lambda: enter(ws, on=later),
        }.get(wanted, lambda wanted=wanted: step(ws, wanted, on=later, note={"zh-Hans": "补正"}))
        if wanted in EVALUATION_MOVES[state] and (state, wanted) != ("", "submitted"):
            take()
            assert stands(ws).state_on(later) == wanted
            continue
        faults = refused(tmp_path, take)
        assert {each.file for each in faults} == {FILE}
        # Where nobody asked there is no file to go on from, and nobody is asked twice.
        if not state or wanted == "requested":
            assert codes(faults) == {"DZ-O003"}
        else:
            assert [(each.code, each.line, each.found) for each in faults] == [
                ("DZ-O002", 5 + len(WAYS[state]), f"{wanted} after {state}")
            ]


def test_a_step_before_its_cause_is_refused_with_the_line_that_it_would_have(tmp_path):
    ws = asked(tmp_path)
    faults = refused(tmp_path, lambda: enter(ws, on=dt.date(2020, 1, 14)))
    assert ("DZ-O002", FILE, "2020-01-14") in {(each.code, each.file, each.found) for each in faults}
    assert all(each.line for each in faults)
    limit = dt.date(2020, 1, 1)
    ws = place(tmp_path / "b")
    faults = refused(tmp_path / "b", lambda: request(ws, year=2020, on=NOTICE, by="张某", due=limit))
    assert len(faults) == len(evaluated(ws))
    assert codes(faults) == {"DZ-O002"}


def test_a_return_says_why_and_of_which_claims_and_sets_a_limit(tmp_path):
    ws = asked(tmp_path, "U")
    enter(ws)
    assert codes(refused(tmp_path, lambda: step(ws, "returned", on=CHECKED))) == {"DZ-O001"}
    wrong = refused(tmp_path, lambda: step(ws, "returned", on=CHECKED, note={"zh-Hans": "不符"}, claims=("pupil",)))
    assert [(each.code, each.file, each.found) for each in wrong] == [("DZ-O001", FILE, "'pupil'")]
    step(ws, "returned", on=CHECKED, note={"zh-Hans": "不符"}, claims=("pupils",))
    # The rule set of the invented office gives ten days for a correction.
    assert stands(ws).due_on(CHECKED) == CHECKED + dt.timedelta(days=10)


def test_who_is_asked_is_below_the_evaluator_and_asked_once(tmp_path):
    ws = place(tmp_path)
    for units, evaluator in ((["X"], ""), (["P"], ""), (["U"], "V"), ([], "X")):
        faults = refused(
            tmp_path,
            lambda units=units, evaluator=evaluator: request(ws, year=2020, on=NOTICE, by="张某", units=units,
                                                            evaluator=evaluator),
        )  # fmt: skip
        assert codes(faults) == {"DZ-U001"}
    assert request(ws, year=2020, on=NOTICE, by="张某", units=["U", "fin", "U"]) == ["U", "fin"]
    again = refused(tmp_path, lambda: request(ws, year=2020, on=NOTICE, by="张某"))
    assert [(each.code, each.file) for each in again] == [
        ("DZ-O003", FILE), ("DZ-O003", "data/ledger/self_evaluations/fin-2020.yaml")
    ]  # fmt: skip


def test_a_correction_keeps_what_was_said_before_and_asks_again_only_where_something_else_is_claimed(tmp_path):
    ws = asked(tmp_path, "U")
    first = [claim("gone", value=1), claim("same", value=3300), claim("other", value=3299)]
    enter(ws, *first)
    step(ws, "checked", on=CHECKED)
    assert set(ask(ws, units=["U"], year=2020, on=ASKED)["department"]) == {"edu"}
    said = {"unit": "U", "department": "edu", "flag": "confirmed", "by": "王某"}
    assert answer(ws, [{**said, "claim": "same"}, {**said, "claim": "other"}], year=2020, on=ANSWERED) == 2
    step(ws, "returned", on=CLOSED, note={"zh-Hans": "一项失实"})
    words = {"zh-Hans": "换一种说法。"}
    enter(ws, claim("same", value=3300, text=words), claim("other", value=3300), on=CLOSED)
    found = stands(ws)
    assert [each.id for each in found.claims] == ["same", "other"]
    assert [(each.claim, each.flag) for each in found.audits] == [("same", "confirmed")]
    (earlier,) = found.earlier
    assert (earlier.submitted, earlier.claims) == (HANDED_IN, tuple(first))
    assert [(each.claim, each.flag) for each in earlier.audits] == [("gone", None), ("same", "confirmed"),
                                                                    ("other", "confirmed")]  # fmt: skip
    step(ws, "checked", on=CLOSED)
    ask(ws, units=["U"], year=2020, on=CLOSED)
    assert [each.claim for each in stands(ws).audits if each.answered is None] == ["other"]


def test_a_correction_without_claims_leaves_no_audit_of_any(tmp_path):
    ws = asked(tmp_path, "U")
    enter(ws)
    step(ws, "checked", on=CHECKED)
    ask(ws, units=["U"], year=2020, on=ASKED)
    step(ws, "returned", on=CLOSED, note={"zh-Hans": "失实"})
    submit(ws, handed(), unit="U", year=2020, on=CLOSED, by="李某")
    assert (stands(ws).claims, stands(ws).audits, len(stands(ws).earlier)) == ((), (), 1)


def test_an_audit_is_closed_when_all_have_answered_and_steps_of_many_are_taken_together(tmp_path):
    ws = asked(tmp_path, "U", "V")
    for unit in "UV":
        enter(ws, claim("a", value=3300), claim("b", value=3300), unit=unit)
    move(ws, [Decided(unit, "checked") for unit in "UV"], year=2020, on=CHECKED, by="张某")
    ask(ws, units=["V"], year=2020, on=ASKED)
    both = [Decided(unit, "audited") for unit in "UV"]
    (passed, *_) = refused(tmp_path, lambda: move(ws, both, year=2020, on=CLOSED, by="张某"))
    assert (passed.file, passed.found) == (FILE, "claims that no department was asked about: a, b")
    ask(ws, units=["U"], year=2020, on=ASKED)
    faults = refused(tmp_path, lambda: move(ws, both, year=2020, on=CLOSED, by="张某"))
    assert [(each.code, each.file, each.found) for each in faults] == [
        ("DZ-O002", FILE.replace("U-", f"{unit}-"), f"no answer of edu on {name}") for unit in "UV" for name in "ab"
    ]
    text = (tmp_path / faults[0].file).read_text(encoding="utf-8").splitlines()
    assert [text[each.line - 1].strip() for each in faults[:2]] == ["- claim: a", "- claim: b"]
    given = [{"unit": unit, "claim": name, "department": "edu", "flag": "cannot_tell", "by": "王某"}
             for unit in "UV" for name in "ab"]  # fmt: skip
    answer(ws, given, year=2020, on=ANSWERED)
    move(ws, both, year=2020, on=CLOSED, by="张某")
    assert {stands(ws, unit).state_on(CLOSED) for unit in "UV"} == {"audited"}


def test_what_a_department_objects_to_is_approved_with_a_note_only(tmp_path):
    ws = asked(tmp_path, "U")
    enter(ws, claim("a", value=3300))
    step(ws, "checked", on=CHECKED)
    ask(ws, units=["U"], year=2020, on=ASKED)
    answer(ws, [{"unit": "U", "claim": "a", "department": "edu", "flag": "objected", "by": "王某", "note_zh": "不符"}],
           year=2020, on=ANSWERED)  # fmt: skip
    step(ws, "audited", on=CLOSED)
    (fault,) = refused(tmp_path, lambda: step(ws, "approved", on=CLOSED))
    assert (fault.code, fault.found) == ("DZ-O002", "objections of edu on a")
    move(ws, [Decided("U", "approved", note={"zh-Hans": "已核实"})], year=2020, on=CLOSED, by="张某")
    assert stands(ws, "U").state_on(CLOSED) == "approved"


@pytest.mark.parametrize(
    ("change", "column", "found"),
    [
        ({"claim": "none"}, "claim", "not asked"),
        ({"department": "fin"}, "claim", "not asked"),
        ({"unit": "V"}, "claim", "not asked"),
        ({"by": ""}, "by", "nobody"),
        ({"flag": "objected"}, "note_zh", "nothing"),
    ],
)
def test_a_wrong_answer_is_named_with_its_row_and_none_is_entered(tmp_path, change, column, found):
    ws = asked(tmp_path, "U")
    enter(ws, claim("a", value=3300), claim("b", value=3300))
    step(ws, "checked", on=CHECKED)
    ask(ws, units=["U"], year=2020, on=ASKED)
    good = {"unit": "U", "department": "edu", "flag": "confirmed", "by": "王某", "file": "audits.csv"}
    given = [{**good, "claim": "a", "row": 2}, {**good, "claim": "b", "row": 3} | change]
    (fault,) = refused(tmp_path, lambda: answer(ws, given, year=2020, on=ANSWERED))
    assert (fault.code, fault.file, fault.row, fault.column) == ("DZ-O001", "audits.csv", 3, column)
    assert found in fault.found


def test_nobody_answers_twice_or_before_being_asked_and_only_what_was_checked_is_sent(tmp_path):
    ws = asked(tmp_path, "U")
    enter(ws)
    (fault,) = refused(tmp_path, lambda: ask(ws, units=["U"], year=2020, on=CHECKED))
    assert (fault.code, fault.file, fault.found) == ("DZ-O002", FILE, "submitted")
    step(ws, "checked", on=CHECKED)
    ask(ws, units=["U"], year=2020, on=ASKED)
    before = lies(tmp_path)
    assert list(ask(ws, units=["U"], year=2020, on=ASKED)["claim"]) == ["pupils"]
    assert lies(tmp_path) == before  # asked once
    given = [{"unit": "U", "claim": "pupils", "department": "edu", "flag": "confirmed", "by": "王某"}]
    assert codes(refused(tmp_path, lambda: answer(ws, given, year=2020, on=CHECKED))) == {"DZ-O002"}
    answer(ws, given, year=2020, on=ANSWERED)
    assert codes(refused(tmp_path, lambda: answer(ws, given, year=2020, on=ANSWERED))) == {"DZ-O001"}


def steps_of(root, unit, part):
    """Take steps as another process: on its own unit, and answers to half of the claims of a third."""
    ws = Workspace(root)
    for number in range(part, 8, 2):
        said = {"unit": "fin", "claim": f"c{number}", "department": "edu", "flag": "confirmed", "by": unit}
        answer(ws, [said], year=2020, on=ANSWERED)
        if number // 2 == 1:
            step(ws, "checked", on=ANSWERED, unit=unit)


def test_offices_that_write_at_once_on_one_file_and_on_several_lose_nothing(tmp_path):
    ws = asked(tmp_path, "U", "V", "fin")
    enter(ws, unit="U")
    enter(ws, unit="V")
    enter(ws, *(claim(f"c{number}", value=4200, of="P") for number in range(8)), unit="fin")
    step(ws, "checked", on=CHECKED, unit="fin")
    assert len(ask(ws, units=["fin"], year=2020, on=ASKED)) == 8
    forked = get_context("fork")  # which need not load everything again
    both = [forked.Process(target=steps_of, args=(tmp_path, unit, part)) for part, unit in enumerate("UV")]
    for each in both:
        each.start()
    for each in both:
        each.join(60)
    assert [each.exitcode for each in both] == [0, 0]
    ws = Workspace(tmp_path)
    ws.check()
    assert {unit: stands(ws, unit).state_on(ANSWERED) for unit in "UV"} == {"U": "checked", "V": "checked"}
    assert {each.claim: each.by for each in stands(ws, "fin").audits} == {
        f"c{number}": "UV"[number % 2] for number in range(8)
    }


def test_a_self_evaluation_that_changed_since_it_was_checked_is_not_decided_on(tmp_path):
    ws = asked(tmp_path, "U")
    enter(ws)
    seen = stands(ws)
    text = (tmp_path / FILE).read_text(encoding="utf-8")
    (tmp_path / FILE).write_text(text.replace("'3300'", "'3301'"), encoding="utf-8")
    (fault,) = refused(tmp_path, lambda: step(ws, "checked", on=CHECKED, seen=seen))
    assert (fault.code, fault.file) == ("DZ-O003", FILE)


#: What breaks a file of the ledger, and the line that must be named.
BROKEN = {
    "conflict": ("<<<<<<< HEAD\nunit: V\n=======\nunit: U\n>>>>>>> other\nyear: 2020\n", 2),
    "tab": ("unit: V\nyear: 2020\nsteps:\n\t- {state: requested}\n", 4),
    "key": ("unit: V\nyear: 2020\nsource: {zh-Hans: 自评}\nsubmited: 2020-02-01\n", 4),
    "list": ("- unit: V\n- year: 2020\n", 1),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_every_verb_names_a_broken_file_with_its_line_and_writes_nothing(tmp_path, broken):
    ws = asked(tmp_path, "U")
    enter(ws)
    text, line = BROKEN[broken]
    other = "data/ledger/self_evaluations/V-2020.yaml"
    (tmp_path / other).write_text(text, encoding="utf-8")
    said = {"claim": "pupils", "department": "edu", "flag": "confirmed", "by": "王某"}
    verbs = {
        "notice": lambda ws: request(ws, year=2020, on=NOTICE, by="张某", units=["edu"]),
        "submit": lambda ws: enter(ws, on=CHECKED),
        "move": lambda ws: step(ws, "checked", on=CHECKED),
        "move the broken": lambda ws: step(ws, "checked", on=CHECKED, unit="V"),
        "ask": lambda ws: ask(ws, units=["U"], year=2020, on=CHECKED),
        "answer": lambda ws: answer(ws, [{**said, "unit": "U"}], year=2020, on=CHECKED),
        "answer the broken": lambda ws: answer(ws, [{**said, "unit": "V"}], year=2020, on=CHECKED),
        "status": lambda ws: standing(ws, year=2020, day=CHECKED),
        "check": lambda ws: check(ws, unit="U", year=2020),
        "review": lambda ws: review(ws, year=2020, on=CHECKED, by="张某"),
    }
    fresh = Workspace(tmp_path)
    for name, verb in verbs.items():
        faults = refused(tmp_path, lambda verb=verb: verb(fresh))
        assert {(each.code, each.file) for each in faults} & {("DZ-W002", other), ("DZ-O001", other)}, name
        assert line in {each.line for each in faults}, name


# ----- both levels: what a city asks of its districts, a district asks of its towns and departments


TOWNS = {"unit_kind: county": "unit_kind: town", "{zh-Hans: 县, en: count": "{zh-Hans: 镇, en: count"}
DISTRICT = INVENTED | {
    "workspace.yaml": reduce(lambda text, pair: text.replace(*pair), TOWNS.items(), INVENTED["workspace.yaml"]),
    "data/units.csv": """
        id,code,name_zh,name_en,kind,parent,valid_from,valid_to,successor
        D,D,丙区,District C,district,,,,
        A,A,甲镇,Town A,town,D,,,
        B,B,乙镇,Town B,town,D,,,
        edu,edu,区教育局,District education bureau,department,D,,,
        """,
    "data/observations/all.csv": """
        unit,year,indicator,value,measure,source
        A,2016,pupils,1000,人,made-up
        B,2016,pupils,2000,人,made-up
        D,2016,pupils,3000,人,made-up
        A,2017,pupils,1100,人,made-up
        B,2017,pupils,2200,人,made-up
        D,2017,pupils,3300,人,made-up
        """,
}  # fmt: skip


def test_a_district_does_with_its_towns_and_departments_what_a_city_does_with_its_districts(tmp_path):
    ws = place(tmp_path)
    rules = {f"data/rules/{name}.yaml": (tmp_path / f"data/rules/{name}.yaml").read_text(encoding="utf-8")
             for name in ws.rules}  # fmt: skip
    rules["data/rules/evaluation_points.yaml"] = rules["data/rules/evaluation_points.yaml"].replace("county", "town")
    rules["data/rules/responsibilities.yaml"] = """
        id: responsibilities
        title: {zh-Hans: 分工}
        certainty: own
        parameters:
          departments: [{unit: edu, duties: [growth], topics: [schooling]}]
        """
    ws = Workspace(write(tmp_path / "district", DISTRICT | rules))
    assert {kind for form in forms(ws).forms for kind in form.kinds} == {"town", "department"}
    assert request(ws, year=2020, on=NOTICE, by="张某") == ["A", "B", "edu"]
    enter(ws, claim("pupils", value=1100), claim("more", growth=10, base_year=2016), unit="A")
    enter(ws, claim("pupils", value=2900), unit="B")
    submit(ws, handed(claim("whole", value=3300, of="D"), points=("means-1",)), unit="edu", year=2020, on=HANDED_IN,
           by="李某")  # fmt: skip
    found = review(ws, year=2020, on=CHECKED, by="张某").set_index("unit")["decision"]
    assert found.to_dict() == {"A": "checked", "B": "returned", "edu": "checked"}
    enter(ws, claim("pupils", value=2200), unit="B", on=ASKED)
    assert list(review(ws, year=2020, on=ASKED, by="张某")["unit"]) == ["B"]
    sent = ask(ws, units=["A", "B", "edu"], year=2020, on=ASKED)
    assert list(zip(sent["unit"], sent["claim"], sent["department"], strict=True)) == [
        ("A", "pupils", "edu"),
        ("A", "more", "edu"),
        ("B", "pupils", "edu"),
        ("edu", "whole", ""),
    ]  # fmt: skip  nobody audits itself
    given = [{**row, "flag": "confirmed", "by": "王某"} for row in sent.to_dict("records") if row["department"]]
    assert answer(ws, given, year=2020, on=ANSWERED) == 3
    for state, unit in product(("audited", "approved", "published"), ("A", "B", "edu")):
        step(ws, state, on=CLOSED, unit=unit)
    table = standing(ws, year=2020, day=CLOSED)
    assert list(table["state"]) == ["published"] * 3
    assert list(table["returned"]) == [0, 1, 0]
    ws.check()
    with pytest.raises(DuzhengError, match="DZ-U001"):
        request(ws, year=2020, on=NOTICE, by="张某", evaluator="P")


# ----- what was approved stays, or is taken back; and each evaluator has its own


def approved(root):
    ws = asked(root, "U")
    enter(ws)
    for state, on in (("checked", CHECKED), ("audited", CLOSED), ("approved", CLOSED)):
        if state == "audited":
            ask(ws, units=["U"], year=2020, on=ASKED)
            answer(ws, [{"unit": "U", "claim": "pupils", "department": "edu", "flag": "confirmed", "by": "王某"}],
                   year=2020, on=ANSWERED)  # fmt: skip
        step(ws, state, on=on)
    return ws


@pytest.mark.parametrize("change", [("'3300'", "'3400'"), ("已落实。", "已全面落实。")])
def test_what_was_approved_is_held_to_what_stands_there(tmp_path, change):
    ws = approved(tmp_path)
    file = tmp_path / FILE
    text = file.read_text(encoding="utf-8")
    assert f"sha256: {stands(ws).seal}" in text
    file.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        Workspace(tmp_path).check()
    (fault,) = caught.value.faults
    assert (fault.code, fault.file, fault.column) == ("DZ-O002", FILE, "claims")
    assert fault.line
    assert "selfeval withdraw" in fault.hint
    # One that was approved by hand, without a hash, is not held to anything.
    file.write_text(re.sub(r" +sha256: \w+\n", "", text).replace(*change), encoding="utf-8")
    Workspace(tmp_path).check()


def test_what_was_published_is_taken_back_with_a_reason_and_corrected_or_approved_again(tmp_path):
    ws = approved(tmp_path)
    step(ws, "published", on=CLOSED)
    day, later = CLOSED + dt.timedelta(days=1), CLOSED + dt.timedelta(days=2)
    (fault,) = refused(tmp_path, lambda: step(ws, "withdrawn", on=day))
    assert (fault.code, fault.found) == ("DZ-O001", "a withdrawal without a note")
    step(ws, "withdrawn", on=day, note={"zh-Hans": "数据有误"})
    assert [stands(ws).public_on(each) for each in (CLOSED, day)] == [True, False]
    step(ws, "approved", on=later)
    assert stands(ws).public_on(later)
    step(ws, "withdrawn", on=later, note={"zh-Hans": "仍有误"})
    step(ws, "returned", on=later, note={"zh-Hans": "请更正"})
    enter(ws, claim("pupils", value=3400), on=later)  # the old seal holds no more
    assert [str(each.claims[0].value) for each in (stands(ws).earlier[0], stands(ws))] == ["3300", "3400"]


def test_a_unit_that_another_evaluator_asked_is_left_to_it(tmp_path):
    ws = asked(tmp_path, "U")
    file = tmp_path / FILE
    file.write_text(file.read_text(encoding="utf-8").replace("evaluator: P", "evaluator: V"), encoding="utf-8")
    said = {
        "unit": "U",
        "claim": "a",
        "department": "edu",
        "flag": "confirmed",
        "by": "王某",
        "file": "a.csv",
        "row": 2,
    }
    given = handed(claim("a", value=3300))
    verbs = {
        "submit": lambda **more: submit(ws, given, unit="U", year=2020, on=HANDED_IN, by="李某", **more),
        "accept": lambda **more: move(ws, [Decided("U", "checked")], year=2020, on=CHECKED, by="张某", **more),
        "ask": lambda **more: ask(ws, units=["U"], year=2020, on=ASKED, **more),
        "answer": lambda **more: answer(ws, [said], year=2020, on=ANSWERED, **more),
    }
    for name, verb in verbs.items():
        (fault,) = refused(tmp_path, verb)
        assert (fault.code, fault.column, fault.expected) == ("DZ-O003", "evaluator", "P"), name
        assert (fault.file, bool(fault.line), fault.row) == (("a.csv", False, 2) if name == "answer" else
                                                             (FILE, True, None))  # fmt: skip
        verb(evaluator="V")
    assert standing(ws, year=2020, day=CLOSED).at[0, "state"] == ""  # it is not P's
