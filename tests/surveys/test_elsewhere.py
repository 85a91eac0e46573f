"""A wave gathered with another service comes to the same as one of our own, through a mapping that is held to both."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from tests.conftest import questionnaires
from tests.surveys.limesurvey.test_answers import told

from analysis.messages import DuzhengError
from analysis.surveys.collected import about_of, collected, files_of
from analysis.surveys.columns import columns
from analysis.surveys.elsewhere import gather, read_rows
from analysis.surveys.foreign import AnswerLabels, moment_of, ranks_of, seconds_of
from analysis.surveys.formats.parts import choices
from analysis.surveys.items import Information, Matrix, Multiple, Ranking
from analysis.surveys.limesurvey.answers import to_answers, to_server
from analysis.surveys.mappings import Mapping, read_mapping, suggest_mapping, suggested_text, targets
from analysis.surveys.personal import scrub_column
from analysis.surveys.places import place_code
from analysis.surveys.pseudonyms import pseudonym
from analysis.surveys.simulate import plain_truth, simulate
from analysis.workspace import Workspace
from analysis.workspace.yaml_files import parse_yaml, to_yaml

SURVEYS = {survey.name: survey for survey in questionnaires()}
PLACES = b"a key of places for these tests"


def written(survey, responses, style):  # noqa: C901  one case a kind of item
    """Write answers as a service exports them, and the mapping that fits: a table of texts, and targets by heading.

    ``label``: labels with a letter before them, several in one cell, rankings in order. ``number``: options by their
    number from 1, a column an option, of rankings its rank; -3 where something was not shown.
    """
    told_ = to_server(survey, responses)
    table, columns_ = {}, {}
    skipped, blank = ("(跳过)", "(空)") if style == "label" else ("-3", "-2")

    def put(heading, target, cells):
        table[heading], columns_[heading] = cells, target

    for number, each in enumerate(survey.asked, 1):
        if isinstance(each.item, Information):
            continue
        listed = choices(each, survey.bank)
        at = {choice.code: n for n, choice in enumerate(listed, 1)}
        said = {choice.code: f"{chr(64 + at[choice.code])}.{choice.text['zh-Hans']}" for choice in listed}
        if style == "number":
            said = {
                choice.code: choice.text["zh-Hans"] if choice.missing else str(at[choice.code]) for choice in listed
            }
        head = f"{number}、{each.item.text['zh-Hans']}"

        def cell(value, said=said):
            return skipped if value is None else said.get(value, value) or blank

        if isinstance(each.item, Matrix):
            for row in each.item.rows:
                put(f"{head}—{row.text['zh-Hans']}", f"{each.code}.{row.code}",
                    [cell(row_[f"{each.code}[{row.code}]"]) for row_ in told_])  # fmt: skip
        elif isinstance(each.item, Multiple | Ranking):
            names = [name for name in told_[0] if name.startswith(f"{each.code}[")]
            chosen = [[row[name] if isinstance(each.item, Ranking) else name[len(each.code) + 1 : -1] for name in names
                       if row[name]] for row in told_]  # fmt: skip
            gone = [all(row[name] is None for name in names) for row in told_]
            if style == "label":
                mark = "→" if isinstance(each.item, Ranking) else "┋"
                put(head, each.code, [skipped if none else mark.join(said[one] for one in some) or blank
                                      for some, none in zip(chosen, gone, strict=True)])  # fmt: skip
            else:
                for code in at:
                    rank = {id(some): str(some.index(code) + 1) if code in some else "-2" for some in chosen}
                    ranked = isinstance(each.item, Ranking)
                    put(f"{head}({code})", f"{each.code}.{code}" if ranked else f"{each.code}[{code}]",
                        [skipped if none else rank[id(some)] if ranked else "1" if code in some else "0"
                         for some, none in zip(chosen, gone, strict=True)])  # fmt: skip
        else:
            put(head, each.code, [cell(row[each.code]) for row in told_])
        beside = f"{each.code}Oth"
        if beside in told_[0]:
            put(f"{head}[请注明]", beside, [row[beside] or "" for row in told_])
    ends = (responses["started"] + pd.to_timedelta(responses["seconds"].round(), unit="s")).dt
    table = {"序号": [str(n) for n in range(1, len(responses) + 1)],
             "提交答卷时间": ends.strftime("%Y/%m/%d %H:%M:%S").tolist(),
             "所用时间": [f"{seconds:.0f}秒" for seconds in responses["seconds"]],
             "来源": ["手机提交"] * len(responses),
             "来自IP": ["203.0.113.9(某地)"] * len(responses), **table}  # fmt: skip
    return pd.DataFrame(table, dtype="str"), columns_


def mapping_of(survey, columns_, **more):
    return {"survey": survey.name, "service": "问卷星", "id": "序号", "submitted": "提交答卷时间",
            "seconds": "所用时间", "columns": columns_} | more  # fmt: skip


def write(folder, table, mapping, name="answers.csv", encoding="utf-8"):
    path = folder / name
    if path.suffix == ".csv":
        table.to_csv(path, index=False, encoding=encoding)
    else:
        table.to_excel(path, index=False)
    (folder / "mapping.yaml").write_text(to_yaml(Mapping.model_validate(mapping)), encoding="utf-8")
    return path, folder / "mapping.yaml"


def of_wave(name, n=150):
    """Give a simulated wave of whoever finished: other services export no others."""
    survey = SURVEYS[name] if isinstance(name, str) else name
    wave = simulate(survey, plain_truth(survey), n=n, seed=4)
    responses = wave.responses[wave.responses["completed"]].reset_index(drop=True)
    return survey, wave, responses


def assert_same(survey, found, responses):
    for column in columns(survey):
        expected = responses[column.name]
        if column.holds == "text":
            expected = scrub_column(expected)[0]
        pd.testing.assert_series_equal(found[column.name], expected, check_index=False, obj=column.name)


@pytest.mark.parametrize("style", ["label", "number"])
@pytest.mark.parametrize("name", ["students-2025", "parents-2025", "public-2025", "staff-2025"])
def test_a_table_of_another_service_comes_to_the_same_answers(name, style):
    survey, _, responses = of_wave(name)
    table, columns_ = written(survey, responses, style)
    said = Mapping.model_validate(mapping_of(survey, columns_, answers=style, ignore=["来源", "来自IP"]))
    found, notices = read_rows(survey, said, table)
    assert_same(survey, found, responses)
    assert notices == []
    assert found["started"].tolist() == responses["started"].tolist()
    assert found["seconds"].tolist() == responses["seconds"].round().tolist()
    assert found["completed"].all()


@pytest.mark.parametrize("style", ["label", "number"])
def test_every_kind_of_item_comes_to_the_same(every, style):
    changes = [{}, {"toString": "DK", "valueOf": None}, {"ranks[1]": "DK", "ranks[2]": "", "after": None},
               {"constructor": "other", "constructorOth": "中年", "grid[one]": "NA"},
               {"several[b]": "", "several[none]": "", "several[oth]": "Y", "severalOth": "还书"}]  # fmt: skip
    responses = to_answers(every, [told(every, id=str(n), **more) for n, more in enumerate(changes)])
    responses = responses.assign(seconds=120.0)
    table, columns_ = written(every, responses, style)
    said = Mapping.model_validate(mapping_of(every, columns_, answers=style))
    assert_same(every, read_rows(every, said, table)[0], responses)


@pytest.mark.parametrize(("name", "encoding"), [("a.csv", "utf-8"), ("a.csv", "gb18030"), ("a.xlsx", "")])
def test_the_wave_is_written_as_a_collected_one(workspace, name, encoding):
    survey, wave, responses = of_wave("students-2025", 80)
    table, columns_ = written(survey, responses, "label")
    table["学校代码"], table["学号"] = responses["school"], [f"X{n}" for n in range(len(responses))]
    mapping = mapping_of(survey, columns_, draw={"school": "学校代码"}, person="学号")
    path, by = write(workspace, table, mapping, name, encoding)
    log = wave.log.drop(columns="answers")
    found = gather(workspace, survey, path, by, b"a key for these tests", log=log)
    assert_same(survey, found.responses, responses)
    for column in ("school", "district", "stage"):
        assert found.responses[column].tolist() == responses[column].tolist()
    assert found.responses["person"][0] == pseudonym("X0", b"a key for these tests", "students")
    assert found.log["answers"].sum() == len(responses)
    again = collected(Workspace(workspace), "students-2025")
    assert_same(survey, again.responses, responses)
    about = about_of(files_of(workspace, survey, synthetic=False)["responses"])
    assert (about["service"], about["interviews"]) == ("问卷星", len(responses))
    assert len(about["file_sha256"]) == len(about["mapping_sha256"]) == 64
    for file in (workspace / "data").rglob("*"):
        told_ = pd.read_parquet(file).to_csv() if file.suffix == ".parquet" else ""
        assert "203.0.113" not in told_
        assert "X1," not in told_


def test_places_codes_are_read(workspace):
    survey, _, responses = of_wave("public-2025", 30)
    table, columns_ = written(survey, responses, "label")
    code = place_code("s-1", survey.name, PLACES)
    table["地点"] = [code if n % 2 else "" for n in range(len(table))]
    path, by = write(workspace, table, mapping_of(survey, columns_, place="地点"))
    found = gather(workspace, survey, path, by, places=PLACES)
    assert found.responses["place_state"].tolist()[:2] == ["absent", "valid"]
    assert found.log["place"].tolist() == ["s-1"]


# --- cells


def labels(survey, code, written_="label", **given):
    each = next(each for each in survey.asked if each.code == code)
    return AnswerLabels.of(each, survey.bank, written_, given)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("年轻", "young"), ("A.年轻", "young"), ("Ａ．年轻", "young"), ("1、年轻", "young"), ("Young", "young"),
     (" young ", "young"), ("其他〖中年〗", "other"), ("B.其他【中年】", "other"), ("其他(请注明)____", "other"),
     ("其他（请注明）〖中年〗", "other"), ("青少年", "小"), ("老", "old")],
)  # fmt: skip
def test_cells_mean_the_option_whose_label_they_say(every, cell, code):
    found = labels(every, "constructor", 老="old", 青少年="小").one(cell)
    assert found[0] == code
    assert found[1] == ("中年" if "中年" in cell else None)


def test_blank_and_skipped_are_not_the_same(every):
    of = labels(every, "constructor")
    assert [of.one(cell)[0] for cell in ("", "(空)", "（空）", "-2", "(跳过)", "（跳过）", "-3")] == [""] * 4 + [
        None
    ] * 3


def test_several_options_stand_in_one_cell_in_many_ways(every):
    of = labels(every, "several")
    for cell in ("借书┋讲座", "A.借书┋B.讲座", "借书|讲座", "借书；讲座", "Borrowing; Lectures", "a┋b", "借书\n讲座"):
        assert of.several(cell) == (["a", "b"], None)
    assert of.several("借书┋其他〖还书〗") == (["a", "oth"], "还书")
    assert of.several("不想回答") == (["RF"], None)


def test_ticks_are_read_in_many_ways(every):
    of = labels(every, "several")
    assert [of.ticked(cell, "a") for cell in ("1", "√", "是", "选中", "借书", "A.借书")] == ["Y"] * 6
    assert [of.ticked(cell, "a") for cell in ("", "0", "否", "(空)", "-3", "未选中")] == [""] * 6
    assert of.ticked("讲座", "a") == "讲座"


def test_numbers_of_options_are_not_taken_for_codes(every):
    """Exported by number, the third answer is the third, whatever codes the options have."""
    assert labels(every, "numbered", "number").one("3") == ("10", None)
    assert labels(every, "numbered", "code").one("10") == ("10", None)
    assert labels(every, "numbered", "code").one("3") == ("3", None)
    assert labels(every, "toString", "number").one("3") == ("3", None)


def test_rankings_are_put_in_order():
    assert ranks_of({"a": "2", "b": "1", "c": "-2"}) == ["b", "a"]
    assert ranks_of({"a": "1", "b": "3"}) == ["a", "", "b"]
    assert ranks_of({"a": "1", "b": "1"}) == ["a = b"]
    assert ranks_of({"a": "first", "b": "1"}) == ["b", "first"]


def test_times_and_moments_of_services():
    assert [seconds_of(text) for text in ("75秒", "1分15秒", "1分", "75", "１小时", "")] == [75, 75, 60, 75, 3600, None]
    assert moment_of("2025/9/15 18:30:01") == moment_of("2025-09-15 18:30:01") == "2025-09-15 18:30:01"
    assert moment_of("2025-09-15T18:30:01.000") == "2025-09-15 18:30:01"


# --- faults


def table_and_mapping(every, **changes):
    responses = to_answers(every, [told(every, **changes)]).assign(seconds=120.0)
    table, columns_ = written(every, responses, "label")
    return table, columns_, Mapping.model_validate(mapping_of(every, columns_, ignore=["来源", "来自IP"]))


@pytest.mark.parametrize(
    ("target", "cell", "message"),
    [
        ("constructor", "很老", "found 1 answers '很老' .*expected one of 年轻, 其他, 年长"),
        ("several", "借书┋睡觉", "found 1 answers '睡觉'"),
        ("several", "借书┋讲座┋自习┋展览", "with more than 3 options"),
        ("several", "借书┋讲座┋都没有", "with others beside one that stands alone"),
        ("ranks", "座位→座位", "with an option at two ranks"),
        ("ranks", "座位→灯光→藏书→时间", "with more than 3 ranks"),
        ("ranks", "座位→灯光→藏书→时间→不知道→座位", "options in order"),
        ("whole", "二十次", "'二十次'.*numbers"),
        ("whole", "20", "above 14"),
        ("day", "2025年13月1日", "days such as"),
        ("grid.one", "还行", "expected one of 不满意, 一般, 满意, 不适用"),
        ("away", "是", "to what is not shown"),
    ],
)
def test_answers_that_the_questionnaire_does_not_know_are_refused(every, target, cell, message):
    table, columns_, said = table_and_mapping(every)
    heading = next(heading for heading, of in columns_.items() if of == target)
    table[heading] = cell
    with pytest.raises(DuzhengError, match=message) as caught:
        read_rows(every, said, table, file="a.csv")
    assert heading in str(caught.value)
    assert "a.csv" in str(caught.value)


def test_numbers_and_days_are_read_with_units_and_as_people_write_them(every):
    table, columns_, said = table_and_mapping(every)
    of = {target: heading for heading, target in columns_.items()}
    table[of["whole"]], table[of["day"]] = "３次", "2025/2/1"
    found = read_rows(every, said, table)[0]
    assert (found["whole"][0], found["day"][0]) == (3, "2025-02-01")


def test_answers_to_what_was_not_shown_can_be_dropped(every):
    table, columns_, said = table_and_mapping(every)
    table[next(heading for heading, of in columns_.items() if of == "away")] = "是"
    found, notices = read_rows(every, said.model_copy(update={"wrong": "drop"}), table)
    assert found["away"].isna().all()
    assert len(notices) == 1
    assert "是否看到" in notices[0]


def test_comments_lose_personal_data(every):
    table, columns_, said = table_and_mapping(every)
    table[next(heading for heading, of in columns_.items() if of == "words")] = "打13800000000"
    assert read_rows(every, said, table)[0]["words"][0] == "打〔电话〕"


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        ({"survey": "other-2025"}, 1, "'other-2025'; expected form-2025"),
        ({"columns": {"甲": "constructr"}}, 3, "'constructr'.*Did you mean constructor"),
        ({"columns": {"甲": "constructor", "乙": "constructor"}}, 4, "which '甲' is, too"),
        ({"values": {"grdi": {"好": "1"}}}, 6, "'grdi'.*Did you mean grid"),
        ({"values": {"grid": {"好": "9"}}}, 7, "'9'; expected one of 1, 2, 3, NA"),
        ({"columns": {"甲": "several", "乙": "several[a]"}}, 3, r"several in one cell and several\[a\]"),
        ({"columns": {"甲": "constructor"}, "without": []}, 2, "no column for toString"),
        ({"anwsers": "label"}, 9, "the key 'anwsers'.*Did you mean answers"),
        ({"answers": "words"}, 9, "label"),
    ],
)
def test_a_mapping_is_held_to_the_questionnaire_with_lines(every, tmp_path, change, line, message):
    said = {"survey": every.name, "columns": {"甲": "constructor", "乙": "toString"}, "values": {}, "without": []}
    said |= change
    codes = sorted({each.code for each in targets(every).values()})
    answered = {target.partition(".")[0].partition("[")[0] for target in said["columns"].values()}
    if "without" not in change:
        said["without"] = [code for code in codes if code not in answered]
    path = tmp_path / "mapping.yaml"
    path.write_text(text_of(said), encoding="utf-8")
    with pytest.raises(DuzhengError, match=message) as caught:
        read_mapping(path, every)
    fault = next(fault for fault in caught.value.faults if re.search(message, str(fault)))
    assert (fault.code, fault.line) == ("DZ-L012", line)


def text_of(said):
    lines = [f"survey: {said['survey']}", "columns:"]
    lines += [f"  {heading}: {target}" for heading, target in said["columns"].items()]
    lines += ["values:", *([] if said["values"] else ["  {}"])]
    for code, values in said["values"].items():
        lines += [f"  {code}:", *(f"    {text}: '{of}'" for text, of in values.items())]
    lines += [f"without: [{', '.join(said['without'])}]"]
    lines = [line for line in lines if line != "  {}"] if said["values"] else [
        line.replace("values:", "values: {}") for line in lines if line != "  {}"]  # fmt: skip
    lines += [""] * max(0, 8 - len(lines))
    return "\n".join([*lines, *(f"{key}: {said[key]}" for key in ("anwsers", "answers") if key in said)]) + "\n"


def test_columns_that_nobody_named_are_faults_all_at_once(workspace, every):
    table, columns_, _ = table_and_mapping(every)
    table["备注"] = "x"
    heading = next(heading for heading, of in columns_.items() if of == "whole")
    path, by = write(workspace, table.drop(columns=heading), mapping_of(every, columns_))
    with pytest.raises(DuzhengError) as caught:
        gather(workspace, every, path, by)
    assert [(fault.code, fault.column) for fault in caught.value.faults] == [("DZ-L012", heading), ("DZ-L012", "备注")]
    assert not (workspace / "data").exists()


# --- suggestions


@pytest.mark.parametrize("style", ["label", "number"])
@pytest.mark.parametrize("name", ["students-2025", "public-2025"])
def test_a_mapping_is_suggested_from_headings(name, style):
    survey, _, responses = of_wave(name, 20)
    table, columns_ = written(survey, responses, style)
    headings = [heading.replace("(", "(") for heading in table.columns]
    mapping, left = suggest_mapping(survey, headings)
    whole = {
        heading: target for heading, target in columns_.items() if "(" not in heading and not target.endswith("Oth")
    }
    assert {heading: mapping.columns.get(heading) for heading in whole} == whole
    assert (mapping.id, mapping.submitted, mapping.seconds) == ("序号", "提交答卷时间", "所用时间")
    assert "来自IP" not in left


def test_rows_and_options_are_told_apart_in_headings(every):
    headings = ["9、[矩阵量表题]您对下列条件满意吗？—座位", "9、您对下列条件满意吗？—灯光与阅读环境",
                "5.您用过哪些服务？(借书)", "5.您用过哪些服务？(讲座)", "Q13 一周去几次？",
                "您叫什么名字？"]  # fmt: skip
    mapping, left = suggest_mapping(every, headings)
    assert [mapping.columns.get(heading) for heading in headings] == [
        "grid.one", "grid.two", "several[a]", "several[b]", "whole", None]  # fmt: skip
    assert left == ["您叫什么名字？"]
    assert "grid" not in mapping.without
    assert "share" in mapping.without


def test_a_suggestion_is_a_file_that_can_be_read(every, tmp_path):
    text = suggested_text(every, ["1、您现在的年龄段？", "备注"])
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    assert read_mapping(path, every).columns == {"1、您现在的年龄段？": "constructor"}
    assert "# Not placed" in text
    assert "备注" in text
    assert parse_yaml(text, "mapping.yaml")["survey"] == "form-2025"
