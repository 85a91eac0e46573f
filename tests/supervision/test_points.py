"""Points and responsibilities: what is asked of whom, and who can audit it; rules that do not hold are named."""

from __future__ import annotations

import pytest
from tests.supervision.handing_in import claim, place

from analysis.messages import DuzhengError
from analysis.supervision.points import form_of, forms
from analysis.supervision.responsibilities import by_duty, department_of, responsibilities

POINTS, DEPARTMENTS = "data/rules/evaluation_points.yaml", "data/rules/responsibilities.yaml"


def changed(root, file, old, new):
    workspace = place(root)
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), encoding="utf-8")
    return workspace


def test_a_unit_answers_the_form_of_its_kind(tmp_path):
    workspace = place(tmp_path)
    assert [form_of(workspace, unit).id for unit in ("U", "fin")] == ["units", "departments"]
    for unit, code in (("X", "DZ-U001"), ("P", "DZ-O001")):
        with pytest.raises(DuzhengError, match=code):
            form_of(workspace, unit)


def test_a_claim_belongs_to_the_point_that_names_its_indicator_before_one_of_its_topic(tmp_path):
    second = "{id: reform-1, head: reform, topics: [schooling, quality], indicators: [content]"
    workspace = changed(tmp_path, POINTS, "{id: reform-1, head: reform", second)
    form = form_of(workspace, "U")
    assert [form.point_of("schooling", "pupils"), form.point_of("schooling", "content"), form.point_of("none")] == [
        "growth-1", "reform-1", ""
    ]  # fmt: skip
    assert [form.duty(point) for point in ("growth-1", "reform-1", "none")] == ["growth", "reform", ""]


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("duty: reform", "duty: nothing", "DZ-W003", "'nothing'"),
        ("indicators: [pupils]", "indicators: [pupil]", "DZ-I001", "'pupil'"),
        ("id: reform-1, head: reform", "id: growth-1, head: reform", "DZ-W003", "growth-1: each id once"),
        ("id: reform-1, head: reform", "id: reform-1, head: none", "DZ-W003", "none: a head of growth, reform"),
        ("kinds: [department]", "kinds: [department, county]", "DZ-W003", "county: one form a kind of unit"),
        ("asks: figures, text: {zh-Hans: 发展", "asks: numbers, text: {zh-Hans: 发展", "DZ-W003", "numbers"),
    ],
)  # fmt: skip
def test_points_that_do_not_hold_are_named(tmp_path, old, new, code, said):
    workspace = changed(tmp_path, POINTS, old, new)
    with pytest.raises(DuzhengError) as caught:
        forms(workspace)
    (fault,) = caught.value.faults
    assert (fault.code, fault.file) == (code, POINTS)
    assert said in f"{fault.found} {fault.expected}"


def test_a_claim_is_audited_by_who_knows_its_topic_else_by_who_has_its_duty(tmp_path):
    workspace = place(tmp_path)
    assert department_of(workspace, claim("a", value=1)) == "edu"
    assert department_of(workspace, claim("a", indicator="funds", value=1)) == "fin"
    text = (tmp_path / DEPARTMENTS).read_text(encoding="utf-8")
    (tmp_path / DEPARTMENTS).write_text(text.replace("topics: [schooling, quality]", "topics: []"), encoding="utf-8")
    workspace = type(workspace)(tmp_path)
    assert department_of(workspace, claim("a", value=1, duty="means")) == "fin"
    assert department_of(workspace, claim("a", value=1)) == ""


def test_every_duty_is_listed_also_one_that_nobody_answers_for(tmp_path):
    workspace = changed(tmp_path, DEPARTMENTS, "duties: [growth, order, reform]", "duties: [means, order]")
    found = by_duty(workspace)
    assert list(zip(found["duty"], found["department"], strict=True)) == [
        ("growth", ""), ("means", "fin"), ("means", "edu"), ("order", "edu"), ("reform", "")
    ]  # fmt: skip
    assert found.loc[1, ["department_zh", "department_en"]].to_list() == ["州财政部门", "Finance department"]


@pytest.mark.parametrize(
    ("old", "new", "code"), [("unit: fin", "unit: fine", "DZ-U001"), ("duties: [means]", "duties: [mean]", "DZ-W003")]
)
def test_departments_and_duties_that_there_are_not_are_named(tmp_path, old, new, code):
    workspace = changed(tmp_path, DEPARTMENTS, old, new)
    with pytest.raises(DuzhengError) as caught:
        responsibilities(workspace)
    assert [(each.code, each.file) for each in caught.value.faults] == [(code, DEPARTMENTS)]


def test_the_rules_of_the_repository_hold(shanghai):
    asked = {form.id: len(form.points) for form in forms(shanghai).forms}
    assert asked == {"units": 10, "departments": 7}  # as data/rules/evaluation_points.yaml lists them
    # As data/rules/responsibilities.yaml has it: four of them are asked of those who answer for their duty alone.
    points = {unit: len(form_of(shanghai, unit).points) for unit in ("dept-education", "dept-finance", "dept-health")}
    assert points == {"dept-education": 7, "dept-finance": 3, "dept-health": 4}
    duties = {
        form_of(shanghai, "dept-education").duty(point.id) for point in form_of(shanghai, "dept-education").points
    }
    assert {"policy", "development", "conduct", "reform"} <= duties
    assert not (by_duty(shanghai)["department"] == "").any()
