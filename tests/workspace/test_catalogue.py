"""The catalogue and the settings: YAML with line numbers in every error."""

from __future__ import annotations

import pytest

from analysis.documents import Sentence
from analysis.indicators import series
from analysis.messages import DuzhengError
from analysis.workspace import Workspace
from analysis.workspace.catalogue import read_catalogue


def test_faults_of_the_catalogue_name_file_and_line(invented):
    (invented / "data/indicators/more.yaml").write_text(
        "# a comment\n"
        "- code: Bad Code\n"
        "  name: {en: only English}\n"
        "  definition: {zh-Hans: 定义}\n"
        "  topic: schooling\n"
        "  kind: number\n"
        "  measure: {zh-Hans: 人}\n"
        "- code: pupils\n"
        "  name: {zh-Hans: 学生数}\n"
        "  definition: {zh-Hans: 定义}\n"
        "  topic: schooling\n"
        "  kind: count\n"
        "  measure: {zh-Hans: 人}\n"
        "  not_above: staff\n",
        encoding="utf-8",
    )
    with pytest.raises(DuzhengError) as caught:
        read_catalogue(invented)
    found = [(fault.line, fault.column) for fault in caught.value.faults]
    assert found == [(2, "code"), (3, "name"), (6, "kind"), (8, "code"), (8, "pupils.not_above")]


def test_yaml_that_cannot_be_read_names_the_line(invented):
    (invented / "workspace.yaml").write_text("name: {zh-Hans: 甲\nyear: 2020\n", encoding="utf-8")
    with pytest.raises(DuzhengError, match=r"DZ-W002 workspace.yaml, line \d"):
        _ = Workspace(invented).settings


def test_a_date_that_does_not_exist_is_refused(invented):
    (invented / "workspace.yaml").write_text("released: 2020-13-01\n", encoding="utf-8")
    with pytest.raises(DuzhengError, match=r"DZ-W002 workspace\.yaml: found month must be in 1\.\.12"):
        _ = Workspace(invented).settings


def test_settings_list_all_their_faults(invented):
    (invented / "workspace.yaml").write_text("name: {zh-Hans: 甲}\nyear: soon\nreleased: someday\n", encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        _ = Workspace(invented).settings
    assert {fault.column for fault in caught.value.faults} == {
        "year",
        "released",
        "boundaries",
        "unit_kind",
        "unit_name",
        "unit_names",
    }


def test_a_folder_without_workspace_is_named(tmp_path):
    with pytest.raises(DuzhengError, match="DZ-W001"):
        Workspace.find(tmp_path)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("W,W,丙,C,county,Q,,,", "parent"),
        ("W,W,丙,C,county,P,,2010,Z", "successor"),
        ("W,W,丙,C,county,P,,2010,U", "successor"),
        ("W,W,丙,C,county,P,2012,2010,", "valid_to"),
        ("V:2016,V,丙,C,county,P,,2016,V", "code"),
        ("W:1,W,丙,C,county,P,,,", "id"),
        ("../x,../x,丙,C,county,P,,,", "code"),
        ("W,W,丙,C,county,P,,,V", "successor"),
    ],
)
def test_a_history_that_does_not_hold_is_refused(invented, line, problem):
    path = invented / "data/units.csv"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(DuzhengError) as caught:
        _ = Workspace(invented).units
    assert problem in {fault.column for fault in caught.value.faults}
    assert {fault.row for fault in caught.value.faults} == {6 if line.startswith("V:") else 7}


#: A ratio with two definitions, of invented parts: 97 of 103 stayed, 2 came and 4 left.
RETENTION = """
- code: kept
  name: {zh-Hans: 巩固率, en: Retention}
  definition: {zh-Hans: 虚构。, en: Invented.}
  topic: schooling
  kind: ratio
  measure: {zh-Hans: "%", en: "%"}
  decimals: 2
  headline: true
  variants:
    - id: at_the_end
      name: {zh-Hans: 毕业调整, en: moves at the end}
      expression: 100 * (graduates - came + left) / entrants[-3]
      certainty: C
    - id: at_the_start
      name: {zh-Hans: 起始调整, en: moves at the start}
      expression: 100 * graduates / (entrants[-3] + came - left)
      source: made-up
      certainty: C
      note: {zh-Hans: 虚构的说明。, en: An invented note.}
"""
PARTS = "".join(
    f"- code: {code}\n  name: {{zh-Hans: {code}, en: {code}}}\n  definition: {{zh-Hans: 虚构。}}\n  topic: schooling\n"
    "  kind: count\n  measure: {zh-Hans: 人, en: persons}\n"
    for code in ("graduates", "came", "left", "entrants")
)


def with_retention(root, chosen: str = "") -> Workspace:
    (root / "data/indicators/kept.yaml").write_text(RETENTION + PARTS, encoding="utf-8")
    rows = "".join(
        f"{unit},2017,graduates,97,人,made-up\n{unit},2017,came,2,人,made-up\n{unit},2017,left,4,人,made-up\n"
        f"{unit},2014,entrants,103,人,made-up\n"
        for unit in "VPU"
    )
    rows += "L,2014,entrants,7,人,made-up\n"
    header = "unit,year,indicator,value,measure,source\n"
    (root / "data/observations/kept.csv").write_text(header + rows, encoding="utf-8")
    if chosen:
        with (root / "workspace.yaml").open("a", encoding="utf-8") as settings:
            settings.write(f"variants: {{kept: {chosen}}}\n")
    return Workspace(root)


def test_an_indicator_with_two_definitions_is_refused_until_one_is_chosen(invented):
    place = with_retention(invented)
    place.check()
    with pytest.raises(DuzhengError, match=r"DZ-I004 column variants\.kept: .*one of at_the_end, at_the_start\. Write"):
        series(place, "kept")


def test_the_two_definitions_are_not_equal_and_each_is_a_cell_of_its_own(invented):
    place = with_retention(invented, "at_the_end")
    one = series(place, "kept", units=["V"])
    other = series(place, "kept", units=["V"], variants={"kept": "at_the_start"})
    assert one["value"].tolist() == [100 * (97 - 2 + 4) / 103]
    assert other["value"].tolist() == [100 * 97 / (103 + 2 - 4)]
    assert [*one["variant"], *other["variant"]] == ["at_the_end", "at_the_start"]
    assert [*one["cell"], *other["cell"]] == ["kept@at_the_end/V/2017", "kept@at_the_start/V/2017"]
    assert one["made_of"].tolist() == ["graduates/V/2017;came/V/2017;left/V/2017;entrants/V/2014"]


def test_a_definition_that_looks_back_over_a_merger_adds_the_units_first(invented):
    found = series(with_retention(invented, "at_the_end"), "kept", units=["U"])
    # Entrants of 2014: 103 of Upper before the merger and 7 of Lower Hill.
    assert found["value"].tolist() == [100 * (97 - 2 + 4) / (103 + 7)]
    assert found["status"].tolist() == ["computed"]


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("kept: nowhere", r"workspace\.yaml, line \d+, column variants\.kept: found 'nowhere'; expected one of"),
        ("pupils: at_the_end", r"found 'pupils'; expected the code of an indicator that has variants"),
        ("keeping: at_the_end", r"found 'keeping'; expected the code of an indicator that has variants"),
    ],
)  # fmt: skip
def test_a_choice_that_there_is_not_is_refused_with_its_line(invented, chosen, said):
    place = with_retention(invented)
    with (invented / "workspace.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"variants: {{{chosen}}}\n")
    with pytest.raises(DuzhengError, match="DZ-I004 " + (said if said.startswith("work") else ".*" + said)):
        place.check()


def test_a_call_that_chooses_of_an_indicator_with_one_definition_is_refused(invented):
    place = with_retention(invented, "at_the_end")
    with pytest.raises(DuzhengError, match="expected no variant: this indicator has one definition"):
        series(place, "pupils", variants={"pupils": "at_the_end"})
    with pytest.raises(DuzhengError, match="DZ-I001: found 'nothing'"):
        series(place, "pupils", variants={"nothing": "at_the_end"})


def test_the_source_of_a_definition_must_be_known_and_not_blocked(invented):
    (invented / "data/indicators/kept.yaml").write_text(
        RETENTION.replace("source: made-up", "source: farm") + PARTS, encoding="utf-8"
    )
    with pytest.raises(
        DuzhengError, match=r"DZ-I003 data/indicators/kept\.yaml, line \d+, column kept\.variants\.at_the_start"
    ):
        _ = Workspace(invented).catalogue


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: at_the_end", "id: at_the_start"),
        ("kind: ratio", "kind: rate"),
        ("    - id: at_the_start", "    - id: At the start"),
        ("certainty: C\n      note", "certainty: A\n      sources: x\n      note"),
        ("  variants:", "  formula: {numerator: came, denominator: left}\n  variants:"),
    ],
)
def test_variants_hold_their_contract(invented, old, new):
    assert old in RETENTION
    (invented / "data/indicators/kept.yaml").write_text(RETENTION.replace(old, new, 1) + PARTS, encoding="utf-8")
    with pytest.raises(DuzhengError, match="DZ-W003"):
        read_catalogue(invented)


@pytest.mark.parametrize(
    ("chosen", "chinese", "english"),
    [
        ("at_the_end", "本报告的巩固率按“毕业调整”口径计算（该口径未见出处）。",
         "Retention: this memo uses the definition “moves at the end” (read in no source)."),
        ("at_the_start", "本报告的巩固率按“起始调整”口径计算（该口径未见出处）：虚构的说明。",
         "Retention: this memo uses the definition “moves at the start” (read in no source). An invented note."),
    ],
    ids=["with_a_mark", "with_a_note"],
)  # fmt: skip
def test_the_memo_says_which_definition_it_uses(invented, chosen, chinese, english):
    place = with_retention(invented, chosen)
    for language, said in (("zh-Hans", chinese), ("en", english)):
        text = memo_text(place, language)
        assert said in text


def test_a_memo_that_shows_no_such_figure_says_nothing_of_definitions(invented, shanghai):
    assert "口径计算" not in memo_text(Workspace(invented), "zh-Hans")
    place = with_retention(invented)
    (invented / "data/observations/kept.csv").unlink()
    assert "口径计算" not in memo_text(Workspace(place.root), "zh-Hans")
    # No figures of retention by district are known: neither definition has anything to say yet.
    assert len(shanghai.catalogue["junior_retention"].variants) == 2


def memo_text(place: Workspace, language: str) -> str:
    from analysis.findings.brief import brief

    made = brief(place, "V", language=language)
    return "".join(
        run.text for block in made.section("methods").blocks if isinstance(block, Sentence) for run in block.text
    )


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("kind: rate\n  growth_of: nothing", "growth_of"),
        ("kind: rate\n  growth_of: more_growth", "growth_of"),
        ("kind: count\n  growth_of: pupils", "DZ-W003"),
        ("kind: rate\n  same_scope: [2021]", "DZ-W003"),
    ],
)
def test_published_growth_names_the_level_it_is_of(invented, lines, problem):
    (invented / "data/indicators/more.yaml").write_text(
        "- code: more_growth\n  name: {zh-Hans: 增长}\n  definition: {zh-Hans: 增长}\n  topic: schooling\n"
        f"  {lines}\n  measure: {{zh-Hans: '%'}}\n",
        encoding="utf-8",
    )
    with pytest.raises(DuzhengError, match=problem):
        read_catalogue(invented)


def test_every_published_growth_of_the_workspace_names_its_level(shanghai):
    growths = [each for each in shanghai.catalogue.values() if each.code.endswith("_growth")]
    assert len(growths) == 24
    assert all(each.growth_of == each.code.removesuffix("_growth") for each in growths)
    # Only the report on 2021 says that its growth is on the same scope.
    assert {each.same_scope for each in growths} == {(), (2021,)}
