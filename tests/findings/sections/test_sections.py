"""Sections say what stage one found: each finding once, in its place, and nothing where there is nothing to say."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from tests.conftest import invent
from tests.findings.sections.by_hand import mean, number, planted, run_of, said

from analysis.documents import Blocks, Chart, Heading, Run, Sentence, Table, text_of
from analysis.documents.blocks import KeyFigures, Quote, Remark
from analysis.findings import Brief, Evidence
from analysis.findings.layout import Layout
from analysis.messages import DuzhengError


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return invent(tmp_path_factory.mktemp("sections") / "place")


def told(run, unit="U", language="en", audience="public", **more):
    tables = run.slice(unit)
    return Brief(Evidence(tables.public() if audience == "public" else tables, unit), language, audience, **more)


def kinds(blocks: Blocks, kind):
    return [block for block in blocks.blocks if isinstance(block, kind)]


def sentences(blocks: Blocks) -> list[str]:
    return [text_of(block.text) for block in kinds(blocks, Sentence)]


def test_sections_without_anything_to_say_are_empty_and_keep_their_name(root):
    it = told(run_of(root, []))
    for name in ("satisfaction", "balance", "self_evaluation", "rectification", "duties", "withheld"):
        assert it.section(name) == Blocks(section=name)
    assert it.section("profile").blocks


def test_a_section_that_the_layout_does_not_list_is_refused(root):
    layout = Layout(of="unit", sections=("title", "summary"), file="notebooks/memos/short.yaml")
    it = told(run_of(root, []), laid_out=layout)
    with pytest.raises(DuzhengError, match=r"DZ-M006 notebooks/memos/short.yaml.*'balance'") as caught:
        it.section("balance")
    assert caught.value.faults[0].hint == "list it under `sections` in notebooks/memos/short.yaml"


def test_a_heading_of_the_layout_stands_in_place_of_our_own(root):
    sections = ({"section": "profile", "title": {"zh-Hans": "区情", "en": "The county"}},)
    it = told(run_of(root, []), laid_out=Layout(of="unit", sections=sections))
    assert text_of(kinds(it.section("profile"), Heading)[0].text) == "The county"


def test_the_summary_says_the_few_that_matter_and_no_section_says_them_again(root):
    findings = [
        *(said(f"bad{n}", "U", f"坏{n}。", f"Bad {n}.", tone="bad", topic=f"topic{n}", importance=1.1 + n / 100)
          for n in range(9)),
        said("good", "U", "好。", "Good.", tone="good", importance=1.05),
        said("even", "U", "平。", "Even.", topic="balance", importance=1.01),
    ]  # fmt: skip
    it = told(run_of(root, findings))
    summary = sentences(it.section("summary"))
    assert "Good. " in summary  # what goes well is not crowded out
    assert summary.index("Good. ") < summary.index("Bad 8. ")
    assert "Even. " not in summary
    assert sentences(it.section("balance")) == ["Even. "]
    everywhere = [one for name in it.layout.names for one in sentences(it.section(name))]
    assert len(everywhere) == len(set(everywhere))
    frame = it.findings().set_index("id")
    assert frame.at["good/U", "section"] == "summary"
    assert frame.at["even/U", "section"] == "balance"


def test_a_finding_of_another_unit_is_not_said(root):
    findings = [said("mine", "U", "我。", "Mine.", tone="bad"), said("theirs", "V", "他。", "Theirs.", tone="bad")]
    it = told(run_of(root, findings))
    text = " ".join(one for name in it.layout.names for one in sentences(it.section(name)))
    assert "Mine." in text
    assert "Theirs." not in text


def level(unit="U"):
    numbers = {f"form-2019/ixAll/{unit}/mean": "71.0"}
    more = {"topic": "satisfaction", "survey": "form-2019", "subject": "ixAll", "selection": "probability"}
    return said("level", unit, "总体", "Overall", numbers=numbers, **more)


def test_indices_stand_with_their_intervals_beside_the_whole_and_ask_for_care_where_they_must(root):
    rows = [mean("U", "ixAll", 71.0), mean("U", "ixFair", 64.0, precision="caution", name="Fair"),
            mean("P", "ixAll", 70.0), mean("P", "ixFair", 66.0, name="Fair")]  # fmt: skip
    it = told(run_of(root, [level()], rows))
    blocks = it.section("satisfaction")
    (table,), (chart,) = kinds(blocks, Table), kinds(blocks, Chart)
    heads = [text_of(column.text) for column in table.columns]
    assert heads == [
        "Index",
        "Upper County (points)",
        "95% interval (points)",
        "Invented Prefecture (points)",
        "Answers",
    ]
    assert [text_of(cell) for cell in table.rows[1]] == ["Fair", "64.0†", "62.0 to 66.0", "66.0", "120"]
    notes = [text_of(note) for note in table.notes]
    assert "† Few answers or places: to be used with caution." in notes
    data = chart.spec["data"]["values"]
    assert [(row["cell"], row["careful"], row["total"]) for row in data] == [
        ("form-2019/ixAll/U/mean", False, 70.0), ("form-2019/ixFair/U/mean", True, 66.0),
    ]  # fmt: skip
    assert "hollow dots" in text_of(chart.notes[0])
    assert sentences(blocks)[0] == (
        "Asked by probability samples in Upper County: 240 answers from students in 6 sampled places; "
        "results are weighted by the design."
    )
    (figures,) = kinds(it.section("summary"), KeyFigures)
    assert [text_of(each.value) for each in figures.figures] == ["3,300 persons", "71.0 points"]


def test_what_asks_for_care_on_every_line_is_said_once(root):
    rows = [mean(unit, index, 64.0, precision="caution") for unit in ("U", "V") for index in ("ixAll", "ixFair")]
    (table,) = kinds(told(run_of(root, [level()], rows)).section("satisfaction"), Table)
    assert "†" not in "".join(text_of(cell) for row in table.rows for cell in row)
    assert [text_of(note) for note in table.notes][-1].startswith("Answers or places are few for every line")


def test_surveys_of_one_kind_of_selection_are_introduced_in_one_sentence(root):
    run = run_of(root, [level()], [mean("U", "ixAll", 71.0)])
    again = run.tables["waves"].assign(survey="other-2019", respondent="parent", n=100)
    numbers = run.tables["cells"].assign(id=lambda frame: frame["id"].str.replace("form-2019/", "other-2019/"))
    means = pd.concat([run.tables["estimates"], run.tables["estimates"].assign(
        survey="other-2019", cell=lambda frame: frame["cell"].str.replace("form-2019/", "other-2019/"))])  # fmt: skip
    new = numbers[~numbers["id"].isin(run.tables["cells"]["id"])]
    tables = {**run.tables, "waves": pd.concat([run.tables["waves"], again]), "estimates": means,
              "cells": pd.concat([run.tables["cells"], new])}  # fmt: skip
    said = sentences(told(replace(run, tables=tables)).section("satisfaction"))
    assert said[0] == (
        "Asked by probability samples in Upper County: 240 answers from students in 6 sampled places "
        "and 240 answers from parents in 6 sampled places; results are weighted by the design."
    )


def test_an_open_sample_is_compared_with_nobody(root):
    rows = [mean(unit, index, 71.0, selection="open") for unit in ("U", "P", "V") for index in ("ixAll", "ixFair")]
    run = run_of(root, [level()], rows, selection="open")
    blocks = told(run).section("satisfaction")
    (table,) = kinds(blocks, Table)
    assert [text_of(column.text) for column in table.columns] == ["Index", "Upper County (points)", "Answers"]
    assert not kinds(blocks, Chart)
    assert "compared with no other county" in sentences(blocks)[0]
    whole = told(run, "P")
    assert "satisf" not in text_of(kinds(whole.section("overview"), Table)[0].columns[-1].text).lower()


def test_what_is_suppressed_has_a_dash_in_the_table_of_units_and_no_number_anywhere(root):
    rows = [mean("U", "ixAll", None, precision="suppress"), mean("V", "ixAll", 69.0), mean("P", "ixAll", 70.0)]
    it = told(run_of(root, [level("P")], rows), "P")
    table = kinds(it.section("overview"), Table)[0]
    by_unit = {text_of(row[0]): text_of(row[-1]) for row in table.rows}
    assert by_unit == {"Upper County": "—", "Valley County": "69.0", "Invented Prefecture": "70.0"}
    assert any("too few answers to be published" in text_of(note) for note in table.notes)
    cells = {cell.id for name in it.layout.names for cell in it.section(name).cells}
    assert "form-2019/ixAll/U/mean" not in cells


def test_the_whole_says_in_which_units_the_same_thing_shows_without_a_figure(root):
    findings = [said("pupils", unit, "少。", "Fewer.", kind="gap", reference="whole", verdict="below", tone="bad",
                     duty="growth") for unit in ("U", "V")]  # fmt: skip
    from analysis.findings.sections.whole import patterns

    it = told(run_of(root, findings), "P")
    (sentence,) = patterns(it, [each for each in it.said if each.unit != "P"])
    assert text_of(sentence.text) == "Pupils in 2017: below Invented Prefecture in all counties."
    assert not [run for run in sentence.text if run.cell]
    zh = told(run_of(root, findings[:1]), "P", "zh-Hans")
    (sentence,) = patterns(zh, list(zh.said))
    assert text_of(sentence.text) == "2017年学生数低于虚构州的县：上县。"


def test_a_public_brief_holds_nothing_of_what_is_withheld_and_an_internal_one_lists_it(root):
    run = planted(root)
    public, internal = told(run), told(run, audience="internal")
    assert "secret/U" not in set(public.findings()["id"])
    assert "secret/U" in set(internal.findings()["id"])
    assert not public.evidence.has_cell("secret/U/p_adjusted")
    assert public.section("withheld") == Blocks(section="withheld")
    (listed,) = [one for one in sentences(internal.section("withheld")) if "77.7" in one]
    assert "0.300" in listed
    (title,) = internal.section("title").blocks
    assert "not to be passed on" in text_of(title.lines[-1])


def test_an_internal_brief_says_that_nothing_was_left_out(root):
    blocks = told(run_of(root, []), audience="internal").section("withheld")
    assert sentences(blocks) == ["Nothing was left out."]


def test_peoples_own_paragraphs_stand_signed_where_they_belong(root):
    import json

    import pandas as pd

    def runs(text):
        return json.dumps([{"text": text}], ensure_ascii=False)

    row = {"unit": "U", "year": 2019, "section": "schooling", "synthetic": True, "text_zh-Hans": runs("话。"),
           "text_en": runs("Words."), "signed_zh-Hans": runs("某人"), "signed_en": runs("Somebody")}  # fmt: skip
    it = told(run_of(root, [], remarks=pd.DataFrame([row, row | {"unit": "V"}])))
    (remark,) = kinds(it.section("profile"), Remark)
    assert (text_of(remark.text), text_of(remark.signed)) == ("Words.", "Somebody")


def test_a_quotation_is_one_a_topic_and_stays_in_its_own_language(root):
    (quote,) = kinds(told(planted(root)).section("satisfaction"), Quote)
    assert "script" in text_of(quote.text)
    assert text_of(quote.by) == "on “Canteen”, a subject that 31 people raised (original in Chinese)"


def test_a_report_of_a_survey_speaks_of_that_survey_alone(root):
    rows = [
        mean(unit, index, 70.0 + place) for place, unit in enumerate(("U", "V", "P")) for index in ("ixAll", "ixFair")
    ]
    other = said("other", "P", "别的。", "Other.", tone="bad")
    it = told(run_of(root, [level("P"), other], rows), "P", about="form-2019")
    assert it.kind == "survey"
    text = " ".join(one for name in it.layout.names for one in sentences(it.section(name)))
    assert "Other." not in text
    (table,) = kinds(it.section("by_unit"), Table)
    assert [text_of(row[0]) for row in table.rows] == ["Upper County", "Valley County", "Invented Prefecture"]
    (chart,) = kinds(it.section("by_unit"), Chart)
    assert [row["name"] for row in chart.spec["data"]["values"]] == ["Upper County", "Valley County"]  # no ranking
    (figures,) = kinds(it.section("summary"), KeyFigures)
    assert text_of(figures.figures[0].note) == "interval 70.0 to 74.0 points"


def test_a_topic_takes_what_is_said_of_it_and_nothing_else(root):
    findings = [said("a", "P", "甲。", "Of schooling."), said("b", "P", "乙。", "Of balance.", topic="balance")]
    it = told(run_of(root, findings), "P", about="schooling")
    assert it.kind == "topic"
    text = " ".join(one for name in it.layout.names for one in sentences(it.section(name)))
    assert "Of schooling." in text
    assert "Of balance." not in text


def test_a_number_that_no_cell_stands_behind_stops_the_section(root):
    lost = said("lost", "U", "失。", "Lost.", numbers={"nowhere/U/2019": "5.0"}, tone="bad")
    with pytest.raises(KeyError, match="nowhere/U/2019"):
        told(run_of(root, [lost])).section("summary")
    found = run_of(root, [lost], cells=[number("nowhere/U/2019", 5.0, "U")])
    assert any(run == Run(text="5.0", cell="nowhere/U/2019") for block in told(found).section("summary").blocks
               if isinstance(block, Sentence) for run in block.text)  # fmt: skip


def test_what_a_memos_kernel_imports_computes_nothing():
    """Stage two is run once a memo: it loads no chart library, no models, no survey statistics."""
    import subprocess
    import sys

    heavy = ("altair", "statsmodels", "pingouin", "duckdb", "scipy", "analysis.satisfaction", "analysis.surveys.design")
    code = f"import sys, analysis.findings\nprint([each for each in {heavy!r} if each in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
