"""Two runs compared: what a correction does is known before it is released, and by what cause."""

from __future__ import annotations

import html
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from tests.conftest import invent
from typer.testing import CliRunner

from analysis.cli import compare as command
from analysis.documents import Blocks, Sentence, text_of
from analysis.findings import RunTables
from analysis.findings.brief import brief
from analysis.findings.stage_one import run_tables
from analysis.memos.compare import compare, compare_tables
from analysis.memos.comparison.causes import Causes, kind_of
from analysis.memos.comparison.differences import change_of
from analysis.memos.comparison.printed import Piece, Printed, compare_printed
from analysis.memos.comparison.report import as_csv, as_text
from analysis.memos.provenance import state_of
from analysis.messages import DuzhengError
from analysis.workspace import Workspace

FIGURES, RULES = "data/observations/all.csv", "data/rules/statements.yaml"
#: A correction that turns a fall of pupils into a rise; one that does not; a larger difference that matters.
TURNED, HIGHER, STRICTER = (
    (FIGURES, "V,2017,pupils,900", "V,2017,pupils,1200"),
    (FIGURES, "V,2017,pupils,900", "V,2017,pupils,901"),
    (RULES, "relative: 0.05", "relative: 0.12"),
)
V, U = "schooling/pupils/V/2012-2017/before", "schooling/pupils/U/2012-2017/before"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Give a function that runs the invented workspace with some changes and keeps the tables with their state."""
    kept: dict[tuple, Path] = {}

    def made(*changes: tuple[str, str, str]) -> Path:
        if changes not in kept:
            root = invent(tmp_path_factory.mktemp("invented") / "place")
            for file, old, new in changes:
                text = (root / file).read_text(encoding="utf-8")
                assert old in text
                (root / file).write_text(text.replace(old, new), encoding="utf-8")
            workspace = Workspace(root)
            run_tables(workspace).write(root / "reports/run_tables-2020")
            _write(root / "reports/run_tables-2020/state.json", state_of(workspace))
            kept[changes] = root / "reports/run_tables-2020"
        return kept[changes]

    return made


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _by(frame: pd.DataFrame, key: str, *columns: str) -> dict:
    return {row[key]: tuple(row[name] for name in columns) for row in frame.to_dict("records")}


def test_a_correction_that_turns_a_statement_reverses_it_in_one_memo(run):
    found = compare(run(), run(TURNED))
    assert found.summary("en") == "Reverses 1 statement in 1 memo; adds 1; 6 numbers change. Cause: data."
    assert found.summary("zh-Hans") == "1份报告中有1条结论与原来相反；新增1条；6个数字有变。原因：数据。"
    (row,) = found.findings[found.findings["change"] == "reversed"].to_dict("records")
    assert (row["id"], row["verdict_before"], row["verdict_after"], row["memos"]) == (V, "down", "up", "unit/V")
    assert "900 persons" in row["text_before_en"]
    assert "a rise of 20.0%" in row["text_after_en"]
    assert "增长20.0%" in row["text_after_zh-Hans"]
    numbers = found.numbers[found.numbers["change"] == "changed"]
    assert _by(numbers, "cell", "before", "after", "decimals", "cause") == {
        "pupils/V/2017": (900, 1200, 0, "data"),
        "pupils/V/2017/share": (pytest.approx(900 / 42), pytest.approx(1200 / 42), 1, "data"),
        "pupils/V/2012-2017/change": (-100, 200, 0, "data"),
        "pupils/V/2012-2017/growth": (-10, 20, 1, "data"),
    }
    assert found.causes.to_numpy().tolist() == [["data", FIGURES, "changed"]]


def test_another_number_in_the_same_words_is_renumbered_and_reverses_nothing(run):
    found = compare(run(), run(HIGHER))
    assert found.findings.loc[found.findings["id"] == V, "change"].tolist() == ["renumbered"]
    assert found.summary("en").startswith("Reverses no statement; adds 1; changes only numbers in 1;")


def test_numbers_alone_may_change_and_no_finding(run):
    before = RunTables.read(run())
    cells = before["cells"].copy()
    cells.loc[cells["id"] == "pupils/V/2012", "value"] += 1
    found = compare_tables(before, RunTables(before.reference, {**before.tables, "cells": cells}), None, None)
    assert (len(found.findings), list(found.numbers["cell"])) == (0, ["pupils/V/2012"])
    assert list(found.memos["subject"]) == ["V"]


def test_a_stricter_rule_withdraws_statements_and_moves_no_number(run):
    found = compare(run(), run(STRICTER))
    assert not len(found.numbers)
    became = found.findings[["unit", "change", "cause"]].to_numpy().tolist()
    assert sorted(became) == [[unit, change, "rule"] for unit in "PUV" for change in ("appeared", "withdrawn")]
    assert found.summary("en") == "Reverses no statement; withdraws 3; adds 3. Cause: rule."


def test_with_both_changed_each_change_has_its_own_cause_and_doubt_is_told(run):
    found = compare(run(), run(TURNED, STRICTER))
    causes = _by(found.findings, "id", "change", "cause")
    assert causes[V] == ("reversed", "data")
    assert causes[U] == ("withdrawn", "rule")
    # The prefecture's figures now disagree with its counties', which is another reason to say nothing of them.
    assert causes["schooling/pupils/P/2012-2017/before"] == ("withdrawn", "data;rule")
    assert set(found.numbers.loc[found.numbers["change"] == "changed", "cause"]) == {"data"}
    assert "[data or rule]" in as_text(found)


def test_the_same_run_gives_nothing_and_exit_code_0_another_3(run):
    found = compare(run(), run())
    assert found.same
    assert [len(frame) for frame in (found.numbers, found.findings, found.memos, found.causes)] == [0] * 4
    asked = CliRunner()
    told = asked.invoke(command.app, ["compare", str(run()), str(run())])
    assert (told.exit_code, told.output.splitlines()[0]) == (0, "Nothing differs.")
    told = asked.invoke(command.app, ["compare", str(run()), str(run(TURNED)), "--units", "V"])
    assert told.exit_code == 3
    assert "(V)" in told.output
    assert "(P)" not in told.output
    told = asked.invoke(command.app, ["compare", str(run()), str(run(TURNED)), "--format", "json"])
    content = json.loads(told.output)
    assert content["reversed"] == {"statements": 1, "memos": 1}
    assert {row["cell"]: row["after"] for row in content["numbers"]}["pupils/V/2017"] == 1200
    assert asked.invoke(command.app, ["compare", str(run()), str(run()), "--format", "pdf"]).exit_code == 2


def test_what_is_withheld_is_in_an_internal_comparison_only(run):
    before, after = run(), run(TURNED)
    withheld = "schooling/pupils/V/2017/level"
    public = compare(before, after)
    for text in (public.to_json(), as_text(public, every=True), as_csv(public), as_csv(public, "zh-Hans")):
        assert withheld not in text
        assert "said_elsewhere" not in text
    internal = compare(before, after, internal=True)
    (row,) = internal.findings[internal.findings["id"] == withheld].to_dict("records")
    assert (row["change"], row["withheld_after"]) == ("renumbered", "said_elsewhere")
    assert internal.reversals == public.reversals
    assert internal.summary("en") == public.summary("en")


def test_beside_a_public_release_an_internal_comparison_keeps_to_what_is_public(run, tmp_path):
    tables = RunTables.read(run(TURNED)).public()
    tables.write(tmp_path / "tables")
    _write(tmp_path / "manifest.json", {"audience": "public", "state": "s", "states": {"s": {}}, "memos": {}})
    found = compare(run(), tmp_path, internal=True)
    assert "schooling/pupils/V/2017/level" not in found.to_json()
    assert [note["en"] for note in found.notes if "public" in note["en"]]


def test_without_a_state_causes_are_unknown_and_it_says_so(run, tmp_path):
    shutil.copytree(run(), tmp_path / "old", ignore=shutil.ignore_patterns("state.json"))
    _write(tmp_path / "old/key.json", {"key": "of a time before"})
    found = compare(tmp_path / "old", run(TURNED))
    assert set(found.findings["cause"]) == {"unknown"}
    assert "Cause: unknown." in found.summary("en")
    assert "state.json" in as_text(found)


def test_folders_that_are_no_runs_are_all_named(run, tmp_path):
    (tmp_path / "release").mkdir()
    _write(tmp_path / "release/manifest.json", {"state": "s", "states": {"s": {}}, "memos": {}})
    shutil.copytree(run(), tmp_path / "broken")
    (tmp_path / "broken/cells.parquet").write_bytes(b"no table")
    for folder in ("nowhere", "release", "broken"):
        with pytest.raises(DuzhengError, match=rf"(?s)DZ-M005 .*{folder}.*DZ-M005 .*nothing") as caught:
            compare(tmp_path / folder, tmp_path / "nothing")
        assert len(caught.value.faults) == 2


def test_units_that_neither_run_knows_are_refused(run):
    with pytest.raises(DuzhengError, match=r"DZ-U001.*'X'"):
        compare(run(), run()).only(["V", "X"])


def test_runs_of_different_years_are_compared_with_a_warning(run, tmp_path):
    tables = RunTables.read(run())
    content = json.loads(tables.reference.written()) | {"year": 2021}
    shutil.copytree(run(), tmp_path / "later")
    _write(tmp_path / "later/reference.json", content)
    found = compare(run(), tmp_path / "later")
    assert [note["en"] for note in found.notes if "2020 and 2021" in note["en"]]
    assert (len(found.numbers), found.tables) == (0, ("reference",))
    assert "these tables differ: reference." in found.summary("en")


def test_beyond_the_decimals_that_are_shown_a_number_changes_in_a_count_of_its_own(run):
    tables = RunTables.read(run())
    cells = tables["cells"].copy()
    cells.loc[cells["id"] == "pupils/V/2017/share", "value"] += 1e-9
    found = compare_tables(tables, RunTables(tables.reference, {**tables.tables, "cells": cells}), None, None)
    assert found.numbers[["cell", "shown"]].to_numpy().tolist() == [["pupils/V/2017/share", False]]
    assert found.summary("en").startswith("Reverses no statement; 1 changes by less than is shown.")


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"verdict": "above"}, {"verdict": "below"}, "reversed"),
        ({"verdict": "missed"}, {"verdict": "met"}, "reversed"),
        ({"tone": "good"}, {"tone": "bad"}, "reversed"),
        ({"verdict": "above"}, {"verdict": "like"}, "verdict"),
        ({"tone": "good"}, {"tone": "neutral"}, ""),
        ({"en": '[{"text": "rose by "}, {"text": "3", "cell": "a"}]'},
         {"en": '[{"text": "rose by "}, {"text": "4", "cell": "a"}]'}, "renumbered"),
        ({"en": '[{"text": "rose by "}, {"text": "3", "cell": "a"}]'},
         {"en": '[{"text": "went up by "}, {"text": "3", "cell": "a"}]'}, "reworded"),
        ({"withheld": '["trifling"]'}, {"withheld": "[]"}, "appeared"),
        ({"withheld": '["trifling"]'}, {"withheld": '["doubtful"]', "en": float("nan")}, "reasons"),
        ({}, None, "withdrawn"),
        ({"withheld": '["trifling"]'}, None, ""),
    ],
)  # fmt: skip
def test_what_becomes_of_a_finding(before, after, change):
    usual = {"verdict": "stated", "tone": "neutral", "withheld": "[]", "en": "[]", "zh-Hans": "[]"}
    assert change_of(usual | before, None if after is None else usual | after) == change


def test_files_are_told_apart_by_what_they_can_change():
    assert [kind_of(path) for path in ("data/units.csv", "surveys/bank/a.yaml", "data/releases/2020/a/cells.parquet",
                                       "data/demo/schools/a.csv", "analysis/memos/batch.py")] == [
        "data", "questionnaire", "releases", "data", "code",
    ]  # fmt: skip
    before = {"inputs": {FIGURES: "a", "data/README.md": "a"}, "code": {"analysis/memos/batch.py": "a"},
              "versions": {"typst": "1", "numpy": "1"}, "lock": "a"}  # fmt: skip
    after = {"inputs": {FIGURES: "b", "data/README.md": "b"}, "code": {"analysis/memos/batch.py": "b"},
             "versions": {"typst": "2", "numpy": "1"}, "templates": {"notebooks/memos/a.yaml": "b"}}  # fmt: skip
    found = Causes.between(before, after)
    # The lock and the templates are known of one alone.
    assert set(found.frame["kind"]) == {"data", "code", "packages"}
    assert found.possible("value") == ("data",)
    assert found.possible("documents") == ("data", "code", "packages")


def test_sections_and_sentences_of_a_memo_are_held_side_by_side():
    before = Printed({"title": "T", "summary": "S", "duties": "D", "sources": "B"}, (
        Piece("summary", "sentence", "It was reported that pupils rose by 3."), Piece("duties", "sentence", "Gone."),
        Piece("duties", "sentence", "Moved to the summary."), Piece("duties", "table", "Pupils", ("Year", "Upper")),
    ))  # fmt: skip
    after = Printed({"title": "T", "duties": "D", "summary": "S", "methods": "M"}, (
        Piece("summary", "sentence", "It was reported that pupils rose by 4."), Piece("duties", "sentence", "New!"),
        Piece("summary", "sentence", "Moved to the summary."), Piece("duties", "table", "Pupils", ("Year", "Valley")),
    ))  # fmt: skip
    assert {tuple(each[:3]) for each in compare_printed(before, after)} == {
        ("sources", "section", "removed"), ("methods", "section", "added"), ("duties", "section", "moved"),
        ("summary", "sentence", "changed"), ("summary", "sentence", "moved"), ("duties", "sentence", "removed"),
        ("duties", "sentence", "added"), ("duties", "table", "changed"),
    }  # fmt: skip
    assert compare_printed(after, after) == []


def _release(run: Path, folder: Path, order: list[str], *, layout: str, added: str = "") -> Path:
    """Make a release of two district memos and the summary in English as batches do, without kernels."""
    workspace = Workspace(run.parents[1])
    RunTables.read(run).public().write(folder / "tables")
    shutil.copy(run / "state.json", folder / "tables")
    entries: dict[str, dict] = {"district_memo": {}, "city_summary": {}}
    for template, unit in (("district_memo", "U"), ("district_memo", "V"), ("city_summary", "P")):
        told = brief(workspace, unit, run="reports/run_tables-2020", language="en", layout=template)
        parts = [told.section(name) for name in told.layout.names if name in order or template == "city_summary"]
        if added and template == "district_memo":
            parts[1] = Blocks.of(*parts[1].blocks, Sentence(text=added), cells=parts[1].cells, section=parts[1].section)
        outputs = [{"data": each.mimebundle()} for part in parts for each in part.pieces()]
        place = folder / template / unit
        _write(place / f"{unit}.en.ipynb", {"cells": [{"outputs": outputs}]})
        heads = {part.section: text_of(part.blocks[0].text) for part in parts if part.blocks}
        shown = [name for name in (order if template == "district_memo" else heads) if name in heads]
        page = "".join(f"<h2>{html.escape(heads[name])}</h2>" for name in shown)
        (place / f"{unit}.en.html").write_text(f"<html><body>{page}</body></html>", encoding="utf-8")
        files = {f"{unit}.en.ipynb": f"{folder}", f"{unit}.en.html": ""}
        made_of = {"layout": layout if template == "district_memo" else "", "table cells": run.parents[2].name}
        entries[template][unit] = {"en": {"state": "s", "files": files, "made_of": made_of}}
    _write(folder / "manifest.json", {
        "audience": "public", "state": "s", "states": {"s": json.loads((run / "state.json").read_text("utf-8"))},
        "templates": {"notebooks/memos/district_memo.yaml": layout}, "memos": entries,
        "of": {"district_memo": "unit", "city_summary": "whole"},
        "subjects": {"district_memo": {"V": {"zh-Hans": "谷县", "en": "Valley County"}}},
    })  # fmt: skip
    return folder


def test_releases_are_compared_as_they_are_printed(run, tmp_path):
    order = ["title", "summary", "profile", "duties", "methods", "sources"]
    moved = ["title", "methods", "summary", "profile"]
    before = _release(run(), tmp_path / "a", order, layout="1")
    after = _release(run(TURNED), tmp_path / "b", moved, layout="2", added="Said by a template.")
    found = compare(before, after)
    assert found.summary("en").startswith("Reverses 1 statement in 1 memo; ")
    assert found.findings.loc[found.findings["id"] == V, "memos"].tolist() == ["district_memo/V"]
    of_v = found.blocks[found.blocks["subject"] == "V"]
    told = _by(of_v[of_v["kind"] == "section"], "section", "change", "cause")
    assert told["sources"] == ("removed", "data;template")
    assert told["methods"] == ("moved", "template")
    (row,) = of_v[of_v["text_after"] == "Said by a template."].to_dict("records")
    assert (row["change"], row["finding"], row["cause"]) == ("added", "", "data;template")
    (row,) = of_v[of_v["finding"] == V].to_dict("records")
    assert (row["kind"], row["cause"]) == ("sentence", "data")
    # Nothing of the template is in the summary, so that what differs there is the data's.
    assert set(found.blocks.loc[found.blocks["template"] == "city_summary", "cause"]) <= {"data"}
    memos = found.memos.set_index(["template", "subject"])
    assert memos.loc[("district_memo", "V"), ["name_en", "reversed", "numbers"]].tolist() == ["Valley County", 1, 4]
    assert memos.loc[("city_summary", "P"), "appeared"] == 1
    shutil.rmtree(after / "city_summary")
    content = json.loads((after / "manifest.json").read_text(encoding="utf-8"))
    del content["memos"]["city_summary"]
    _write(after / "manifest.json", content)
    found = compare(before, after)
    assert found.memos.loc[found.memos["template"] == "city_summary", "change"].tolist() == ["removed"]
    assert "1 memo is in one of the two only" in found.summary("en")
