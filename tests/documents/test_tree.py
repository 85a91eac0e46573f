"""The tree says what the blocks say: numbering, paragraphs, lists, cells."""

import pytest

from analysis.documents import Blocks, Chart, Column, Heading, Run, Sentence, Table, Title, document_tree
from analysis.documents.chart_data import chart_tables
from analysis.documents.charts import Picture
from analysis.documents.tables import shares, type_size
from analysis.messages import DuzhengError


def title(language="en"):
    return Title(text="Memo", language=language, date="2024-05-01")


def text_of_node(node):
    if isinstance(node, list):
        return "".join(map(text_of_node, node))
    if not isinstance(node, dict):
        return ""
    return {"Str": node.get("c"), "Space": " "}.get(node.get("t")) or text_of_node(node.get("c"))


def tree(*parts, language="en", pictures=None):
    return document_tree([Blocks.of(title(language)), *parts], pictures or {})["blocks"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-Hans", ["一、A", "（一）B", "1.C", "2.C", "（二）B", "1.C", "二、A", "（一）B"]),
        ("en", ["1. A", "1.1 B", "1.1.1 C", "1.1.2 C", "1.2 B", "1.2.1 C", "2. A", "2.1 B"]),
    ],
)
def test_headings_are_numbered_by_level_and_start_again_below_a_new_one(language, expected):
    levels = [(1, "A"), (2, "B"), (3, "C"), (3, "C"), (2, "B"), (3, "C"), (1, "A"), (2, "B")]
    blocks = tree(Blocks.of(*(Heading(level=n, text=t) for n, t in levels)), language=language)
    assert [text_of_node(block["c"][2]) for block in blocks] == expected


def test_an_unnumbered_heading_has_no_number_and_counts_for_none():
    blocks = tree(
        Blocks.of(
            Heading(level=1, text="A"),
            Heading(level=1, text="Annex", numbered=False),
            Heading(level=2, text="B"),
            Heading(level=1, text="C"),
        )
    )
    assert [text_of_node(block["c"][2]) for block in blocks] == ["1. A", "Annex", "1.1 B", "2. C"]


def test_a_heading_that_skips_a_level_is_refused():
    with pytest.raises(DuzhengError, match=r"DZ-D001.*without one of level 1"):
        tree(Blocks.of(Heading(level=2, text="B")))


@pytest.mark.parametrize(("language", "expected"), [("zh-Hans", ["甲。乙。", "丙。"]), ("en", ["甲。 乙。", "丙。"])])
def test_sentences_of_one_blocks_make_a_paragraph_and_the_next_blocks_another(language, expected):
    parts = [Blocks.of(Sentence(text="甲。"), Sentence(text="乙。")), Blocks.of(Sentence(text="丙。"))]
    assert [text_of_node(node["c"]) for node in tree(*parts, language=language)] == expected


def test_items_that_follow_each_other_are_one_list_over_the_border_of_blocks():
    parts = [Blocks.of(Sentence(text=t, item=True)) for t in ("a", "b")]
    (only,) = tree(*parts)
    assert (only["t"], len(only["c"][1])) == ("OrderedList", 2)


def test_a_list_after_a_paragraph_starts_again():
    nodes = tree(Blocks.of(Sentence(text="a", item=True), Sentence(text="b"), Sentence(text="c", item=True)))
    assert [node["t"] for node in nodes] == ["OrderedList", "Para", "OrderedList"]
    assert nodes[2]["c"][0][0] == 1


def test_a_number_keeps_its_cell_a_typed_numeral_its_role_and_a_name_without_digits_stays_plain():
    texts = (Run(text="2023", role="year"), Run(text="12", cell="a/b"), Run(text="甲", role="label"))
    (para,) = tree(Blocks.of(Sentence(text=texts)))
    assert para["c"][0]["c"][0][2] == [["data-role", "year"]]
    assert para["c"][1]["c"][0][2] == [["cell", "a/b"]]
    assert para["c"][2] == {"t": "Str", "c": "甲"}


def test_tables_and_figures_are_counted_apart():
    table = Table(caption=(Run(text="T"),), columns=(Column(text="a"),), rows=(((Run(text="x"),),),))
    chart = Chart(caption=(Run(text="F"),), alt="alt", spec={"data": {"values": [{"a": 1}]}})
    picture = Picture("", 100, 50, chart.spec)
    text = text_of_node(tree(Blocks.of(table, chart, table, chart), pictures={1: picture, 2: picture}))
    assert [text.count(f"{kind} {n}. ") for kind in ("Table", "Figure") for n in (1, 2)] == [1, 1, 1, 1]


@pytest.mark.parametrize("blocks", [[], [Sentence(text="a")], [title(), title()], [Sentence(text="a"), title()]])
def test_a_document_has_one_title_and_it_comes_first(blocks):
    with pytest.raises(DuzhengError, match="expected one Title"):
        document_tree([Blocks.of(*blocks)], {})


def test_shares_of_a_table_add_up_and_follow_the_text():
    columns = (Column(text="a"), Column(text="b"))
    rows = [((Run(text="宝山区第一小学"),), (Run(text="x"),))]
    given = shares(columns, rows)
    assert sum(given) == pytest.approx(1)
    assert given[0] > 2 * given[1]


def test_a_wide_table_gets_a_smaller_type():
    rows = [tuple((Run(text="1,113,078", cell="a"),) for _ in range(8))]
    columns = tuple(Column(text="在校生（人）") for _ in range(8))
    assert type_size(columns[:2], [rows[0][:2]], "zh-Hans") == "roomy"
    assert type_size(columns, rows, "zh-Hans") != "roomy"


def test_the_data_of_layered_and_faceted_charts_are_given_once_under_their_titles():
    x, y = {"field": "v", "title": "值"}, {"field": "n", "axis": {"title": "名"}}
    inner = {"layer": [{"encoding": {"x": x, "y": y}}, {"encoding": {"text": {"field": "v"}, "y": y}}]}
    spec = {
        "data": {"name": "d"},
        "datasets": {"d": [{"n": "甲", "v": -1.25, "k": "a", "own": True}]},
        "facet": {"field": "k"},
    }
    assert chart_tables(spec | {"spec": inner}) == [(["名称", "值", "名"], [["a", "−1.25", "甲"]], [""])]


def test_the_table_behind_a_chart_says_what_a_reader_who_points_at_a_mark_is_told():
    told = [{"field": "n", "title": " "}, {"field": "shown", "title": "生师比"}]
    rows = [{"n": "甲", "v": 1.254, "shown": "1.25", "cell": "r/1"}, {"n": "乙", "v": 2, "shown": "2.00"}]
    spec = {"data": {"values": rows}, "encoding": {"x": {"field": "v"}, "y": {"field": "n"}, "tooltip": told}}
    assert chart_tables(spec, "en") == [(["Name", "生师比"], [["甲", "1.25"], ["乙", "2.00"]], ["r/1", ""])]


def test_all_data_sets_of_a_chart_stand_behind_it():
    layers = [{"data": {"values": [{"v": n}]}, "encoding": {"x": {"field": "v"}}} for n in (1, 2, 3)]
    assert [table.rows for table in chart_tables({"layer": layers})] == [[["1"]], [["2"]], [["3"]]]
