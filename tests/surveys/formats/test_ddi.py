"""DDI documents: valid, with the same codes as every other form, all languages, and hostile words harmless."""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.conftest import questionnaires
from tests.surveys import random_surveys
from tests.surveys.test_lint import surveys_of

from analysis.surveys.columns import columns
from analysis.surveys.formats.ddi.codebook import to_ddi
from analysis.surveys.formats.parts import codes

SURVEYS = {survey.name: survey for survey in questionnaires()}
DDI = {"d": "ddi:codebook:2_5"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Every kind of item with everything that it may have.
EVERYTHING = r"""
scales:
  sat5: [{code: 1, text: {zh-Hans: 不满意, en: Not satisfied}}, {code: 2, text: {zh-Hans: 满意, en: Satisfied}}]
items:
  way:
    - version: 1
      type: single
      text: {zh-Hans: 怎样上学校？, en: How do you get there?}
      missing: [dont_know, refused]
      options: &ways
        - {code: a, text: {zh-Hans: 步行, en: On foot}}
        - {code: oth, text: {zh-Hans: 其他, en: Other}, open: true}
    - version: 2
      relation: reworded
      why: {zh-Hans: 用语更明白, en: Plainer words}
      type: single
      text: {zh-Hans: 怎样上学？, en: How do you get to school?}
      simple: {zh-Hans: 你走路来吗？, en: Do you walk?}
      help: {zh-Hans: 选最常用的。, en: The most usual one.}
      topic: travel
      missing: [dont_know, refused]
      options: *ways
  sat: [{version: 1, type: rating, scale: sat5, text: {zh-Hans: 您满意吗？, en: Are you satisfied?}}]
  clubs:
    - version: 1
      type: multiple
      least: 1
      most: 2
      missing: [refused]
      text: {zh-Hans: 参加什么？, en: Which clubs?}
      options: [{code: art, text: {zh-Hans: 艺术, en: Art}}, {code: sci, text: {zh-Hans: 科学, en: Science}},
                {code: no, text: {zh-Hans: 没有, en: None}, exclusive: true}]
  rank:
    - version: 1
      type: ranking
      most: 2
      text: {zh-Hans: 最需要什么？, en: What first?}
      options: [{code: a, text: {zh-Hans: 书, en: Books}}, {code: b, text: {zh-Hans: 操场, en: A yard}}]
  care:
    - version: 1
      type: matrix
      scale: sat5
      missing: [not_applicable]
      text: {zh-Hans: 满意吗：, en: 'Satisfied with:'}
      rows: [{code: food, text: {zh-Hans: 午餐, en: lunch}}, {code: bus, text: {zh-Hans: 校车, en: the bus}}]
  boards: [{version: 1, type: yes_no, text: {zh-Hans: 寄宿吗？, en: Do you board?}}]
  pay:
    - {version: 1, type: numeric, least: -1.5, most: 20, decimals: 1, unit: {zh-Hans: 元, en: yuan}, sensitive: true,
       text: {zh-Hans: 多少钱？, en: How much?}}
  kids: [{version: 1, type: numeric, most: 9, text: {zh-Hans: 几个孩子？, en: How many children?}}]
  born: [{version: 1, type: date, earliest: 2000-01-01, text: {zh-Hans: 生日？, en: Born when?}, personal: true}]
  say: [{version: 1, type: text, longest: 40, pattern: '[^<]*', text: {zh-Hans: 还想说什么？, en: Anything else?}}]
  thanks: [{version: 1, type: information, text: {zh-Hans: 谢谢。, en: Thank you.}}]
survey:
  marks: {number: 表号 1, approval: 批 2, valid_until: 2026-12-31}
  simple_if: way == "a"
  sections:
    - {id: one, title: {zh-Hans: 一, en: One}, text: {zh-Hans: 请先看。, en: Read first.},
       items: [{item: way, version: 2, mandatory: true}, {item: sat}]}
    - {id: two, title: {zh-Hans: 二, en: Two}, show_if: answered(way), items: [{item: clubs, show_if: 'way == "a"'},
       {item: rank}, {item: care}, {item: boards}, {item: pay}, {item: kids}, {item: born}, {item: say}]}
    - {id: end, title: {zh-Hans: 三, en: Three}, items: [{item: thanks}]}
  analyses:
    indices: [{id: ix, name: {zh-Hans: 指数, en: Index}, items: [care.food, sat], weights: [2, 1], conversion: mean}]
    comparisons: [{of: ix, between: way}]
"""


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    (survey,) = surveys_of(EVERYTHING, tmp_path_factory.mktemp("ddi"))
    return survey


@pytest.fixture(scope="module")
def grammar():
    return etree.RelaxNG(etree.parse(Path(__file__).with_name("ddi.rng")))


def parsed(data: bytes):
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))


def at(document, path: str) -> list[str]:
    """Read texts or attributes; elements are of DDI."""
    return [each if isinstance(each, str) else each.text for each in document.xpath(path, namespaces=DDI)]


def of(document, name: str):
    """Find the variable of a column."""
    (variable,) = document.xpath("//d:var[@name=$name]", namespaces=DDI, name=name)
    return variable


def codes_in_ddi(data: bytes) -> dict[str, list[str]]:
    """Read questions and answers' codes from a document, by its variables and groups alone."""
    document = parsed(data)
    several = {name for group in at(document, "//d:varGrp[@type='multipleResp']/@var") for name in group.split()}
    found: dict[str, list[str]] = {}
    for variable in document.iterfind(".//d:var", DDI):
        question, _, part = variable.get("name").rstrip("]").partition("[")
        answers = found.setdefault(question.replace(".", "_"), [])
        option = variable.get("ID") in several and part not in {"", "missing"}
        answers += [
            code
            for code in ([part] if option else at(variable, "d:catgry/d:catValu"))
            if code not in answers
        ]  # fmt: skip
    return found


def references_hold(document) -> bool:
    """Tell whether every ID is one, and whatever is referred to is there. A grammar does not look."""
    known = at(document, "//@ID")
    referred = {
        name for names in at(document, "//d:varGrp/@var | //d:qstn/@var | //d:qstn/@qstn") for name in names.split()
    }
    return len(known) == len(set(known)) and referred <= set(known)


@pytest.mark.parametrize("name", SURVEYS)
def test_documents_keep_the_grammar_and_the_codes(name, grammar):
    data = to_ddi(SURVEYS[name])
    grammar.assertValid(parsed(data))
    assert references_hold(parsed(data))
    assert codes_in_ddi(data) == codes(SURVEYS[name])
    assert at(parsed(data), "//d:var/@name") == [column.name for column in columns(SURVEYS[name])]
    assert data == to_ddi(SURVEYS[name])


def test_every_kind_of_item_keeps_them_too(everything, grammar):
    data = to_ddi(everything)
    grammar.assertValid(parsed(data))
    assert references_hold(parsed(data))
    assert codes_in_ddi(data) == codes(everything)
    assert at(parsed(data), "//d:range/node()") == []  # a grammar can't tell a space from nothing


@pytest.mark.slow
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_random_questionnaires_keep_them_too(data, tmp_path_factory, grammar):
    *_, survey = data.draw(random_surveys.workspaces(tmp_path_factory.mktemp("ddi")))
    written = to_ddi(survey)
    grammar.assertValid(parsed(written))
    assert references_hold(parsed(written))
    assert codes_in_ddi(written) == codes(survey)
    assert written == to_ddi(survey)


@pytest.mark.skipif(
    "DUZHENG_DDI_SCHEMA" not in os.environ,
    reason="DUZHENG_DDI_SCHEMA names no codebook.xsd; the DDI Alliance publishes it as DDI-Codebook 2.5 (XML Schema)",
)
@pytest.mark.parametrize("name", [*SURVEYS, "everything"])
def test_documents_are_valid_by_the_official_schema(name, everything):
    schema = etree.XMLSchema(etree.parse(os.environ["DUZHENG_DDI_SCHEMA"]))
    schema.assertValid(parsed(to_ddi(SURVEYS.get(name, everything))))


@pytest.mark.parametrize(
    ("path", "spoil"),
    [
        ("//d:titlStmt/d:titl", lambda each: each.getparent().remove(each)),
        ("//d:stdyInfo", lambda each: each.getparent().append(each)),
        ("//d:var/d:labl", lambda each: each.getparent().append(each)),
        ("//d:catgry/d:catValu", lambda each: each.getparent().append(each)),
        ("//d:var", lambda each: each.set("nature", "cardinal")),
        ("//d:var", lambda each: each.attrib.pop("name")),
        ("//d:var", lambda each: each.set("ID", "a[1]")),
        ("//d:qstn", lambda each: each.set("responseDomainType", "choice")),
        ("//d:catgry[@missing]", lambda each: each.set("missing", "yes")),
        ("//d:varGrp", lambda each: each.set("type", "matrix")),
        ("//d:universe", lambda each: each.set("clusion", "in")),
        ("//d:sampleSize", lambda each: setattr(each, "text", "many")),
        ("//d:valrng/d:range", lambda each: each.getparent().remove(each)),
        ("//d:labl", lambda each: each.set("language", "en")),
    ],
)
def test_the_grammar_refuses_what_the_standard_refuses(path, spoil, everything, grammar):
    document = parsed(to_ddi(everything))
    spoil(document.xpath(path, namespaces=DDI)[0])
    assert not grammar.validate(document)


def test_a_variable_says_what_its_column_holds(everything):
    document = parsed(to_ddi(everything))
    kinds = {each.get("name"): " ".join(each.get(name) for name in ("nature", "representationType", "intrvl"))
             for each in document.iterfind(".//d:var", DDI)}  # fmt: skip
    assert kinds == {
        "way": "nominal code discrete", "way[missing]": "nominal code discrete", "wayOth": "other text discrete",
        "sat": "ordinal code discrete", "clubs[art]": "nominal code discrete", "clubs[sci]": "nominal code discrete",
        "clubs[no]": "nominal code discrete", "clubs[missing]": "nominal code discrete",
        "rank[1]": "nominal code discrete", "rank[2]": "nominal code discrete", "care.food": "ordinal code discrete",
        "care.food[missing]": "nominal code discrete", "care.bus": "ordinal code discrete",
        "care.bus[missing]": "nominal code discrete", "boards": "nominal code discrete",
        "pay": "interval numeric contin", "kids": "interval numeric discrete", "born": "interval datetime discrete",
        "say": "other text discrete",
    }  # fmt: skip
    assert dict(of(document, "pay").find("d:valrng/d:range", DDI).attrib) == {
        "UNITS": "REAL",
        "min": "-1.5",
        "max": "20",
    }
    assert (of(document, "pay").get("dcml"), of(document, "pay").get("measUnit")) == ("1", "元")
    assert dict(of(document, "kids").find("d:valrng/d:range", DDI).attrib) == {"UNITS": "INT", "max": "9"}
    assert dict(of(document, "born").find("d:valrng/d:range", DDI).attrib) == {"min": "2000-01-01"}
    assert dict(of(document, "born").find("d:varFormat", DDI).attrib) == {
        "type": "character", "category": "date", "formatname": "YYYY-MM-DD",
    }  # fmt: skip
    formats = {name: at(of(document, name), "d:varFormat/@type") for name in ("way", "sat", "pay", "clubs[art]")}
    assert formats == {"way": ["character"], "sat": ["numeric"], "pay": ["numeric"], "clubs[art]": ["character"]}
    missing = [(each.get("missing"), each.get("missType"), each.findtext("d:catValu", None, DDI))
               for each in of(document, "way[missing]").iterfind("d:catgry", DDI)]  # fmt: skip
    assert missing == [("Y", "dont_know", "DK"), ("Y", "refused", "RF")]
    assert at(document, "//d:catgry[@missing]/parent::d:var/@name") == [
        "way[missing]", "clubs[missing]", "care.food[missing]", "care.bus[missing]",
    ]  # fmt: skip
    assert at(of(document, "clubs[art]"), "d:catgry/d:catValu") == ["true", "false"]
    assert at(document, "//d:var[d:security]/@name") == ["born"]
    assert at(document, "//d:restrctn")[1].endswith(": born.")


def test_a_variable_says_what_was_asked_and_of_whom(everything):
    document = parsed(to_ddi(everything))
    way = of(document, "way")
    assert at(way, "d:labl") == ["怎样上学？", "How do you get to school?"]
    assert at(way, "d:qstn[1]/*") == [
        "请先看。", "Read first.", "怎样上学？", "How do you get to school?", "选最常用的。", "The most usual one.",
    ]  # fmt: skip
    assert at(way, "d:qstn[2]/d:qstnLit") == ["你走路来吗？", "Do you walk?"]
    assert at(way, "d:verStmt/d:version") == ["2"]
    assert at(way, "d:verStmt/d:notes/@subject") == ["reworded", "reworded"]
    assert at(way, "d:verStmt/d:notes[@type='why']") == ["用语更明白", "Plainer words"]
    assert at(way, "d:concept") == ["travel"]
    assert at(way, "d:notes/@type") == ["mandatory", "mandatory"]
    assert at(of(document, "pay"), "d:notes/@type") == ["sensitive", "sensitive"]
    assert at(way, "d:universe") == []
    assert at(of(document, "clubs[art]"), "d:universe[2]") == [
        'Those for whom this holds: answered(way) and way == "a"'
    ]
    assert at(of(document, "rank[2]"), "d:labl") == ["最需要什么？（第 2 位）", "What first? (rank 2)"]
    assert at(of(document, "care.bus"), "d:qstn/d:qstnLit") == ["满意吗： 校车", "Satisfied with: the bus"]
    assert at(of(document, "care.bus"), "d:qstn/@qstn") == at(of(document, "care.food"), "d:qstn/@ID") == ["Q-care"]
    assert at(of(document, "wayOth"), "d:qstn/d:postQTxt") == ["请写明：", "Please say:"]


def test_groups_are_sections_questions_of_several_columns_and_indices(everything):
    document = parsed(to_ddi(everything))
    groups = {each.get("name"): each for each in document.iterfind(".//d:varGrp", DDI)}
    assert {name: (each.get("type"), each.get("otherType")) for name, each in groups.items()} == {
        "one": ("section", None), "two": ("section", None), "end": ("section", None), "clubs": ("multipleResp", None),
        "rank": ("other", "ranking"), "care": ("grid", None), "ix": ("other", "index"),
    }  # fmt: skip
    assert groups["one"].get("var") == "V-way V-way-missing V-wayOth V-sat"
    assert groups["end"].get("var") is None
    assert at(groups["end"], "d:txt") == ["谢谢。", "Thank you."]
    assert at(groups["two"], "d:universe") == [
        "满足以下条件者：answered(way)",
        "Those for whom this holds: answered(way)",
    ]
    assert groups["ix"].get("var") == "V-sat V-care.food"
    assert at(groups["ix"], "d:notes[@type='weights']")[1] == "Weights: care.food 2, sat 1."
    assert at(groups["ix"], "d:notes/@subject") == ["mean", "mean"]
    assert at(groups["clubs"], "d:notes") == ["选 1 至 2 项。", "1 to 2 options are chosen."]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("students-2025", "A sample drawn by chance. Frame:"),
        ("public-2025", "no sampling errors can be computed. Channels:"),
    ],
)
def test_a_study_says_how_respondents_are_selected(name, said):
    document = parsed(to_ddi(SURVEYS[name]))
    assert said in at(document, "//d:sampProc")[1]
    chance = SURVEYS[name].questionnaire.selection.kind == "probability"
    assert bool(at(document, "//d:sampleFrameName")) is chance
    assert bool(at(document, "//d:sampleSize")) is chance
    assert at(document, "d:stdyDscr/d:citation/d:titlStmt/d:IDNo") == [name]
    assert at(document, "d:stdyDscr/d:citation/d:verStmt/d:version") == ["2025"]
    consent = SURVEYS[name].questionnaire.consent
    assert at(document, "//d:confDec") == [consent.privacy["zh-Hans"], consent.privacy["en"]]
    assert at(document, "//d:respRate | //d:collDate | //d:prodDate | //d:holdings") == []


def test_official_marks_are_the_authorization(everything):
    assert at(parsed(to_ddi(everything)), "//d:authorizationStatement") == [
        "表号：表号 1；批准文号：批 2；有效期至：2026-12-31。",
        "Form 表号 1, approved as 批 2, valid until 2026-12-31.",
    ]


def test_texts_stand_in_all_languages_chinese_first(everything):
    document = parsed(to_ddi(everything))
    for parent in document.iter():
        spoken = [each for each in parent if each.get(LANG)]
        for _, group in groupby(
            spoken, lambda each: {"parTitl": "titl"}.get(name := etree.QName(each).localname, name)
        ):
            languages = [each.get(LANG) for each in group]
            assert languages == ["zh-Hans", "en"] * (len(languages) // 2)
    head = everything.questionnaire
    turned = replace(everything, questionnaire=head.model_copy(update={"languages": ("en", "zh-Hans")}))
    assert to_ddi(turned) == to_ddi(everything)
    alone = parsed(to_ddi(replace(everything, questionnaire=head.model_copy(update={"languages": ("zh-Hans",)}))))
    assert set(at(alone, "//@xml:lang")) == {"zh-Hans"}


HOSTILE = st.one_of(
    st.sampled_from(["<script>alert(1)</script>", "]]>", "<![CDATA[", "<!--", "&x;", "&#0;", "{0}", "{title}",
                     '" onload="', "\x00", "\x1b[31m", "\ud800", "\ufffe", "\U0001f600", "a\r\nb\rc"]),
    st.text(st.characters(), max_size=20),
)  # fmt: skip


def _kept(text: str) -> str:
    """Give what XML 1.0 can keep of a text (its production Char; line ends as a parser reads them)."""

    def char(each: str) -> bool:
        return each in "\t\n" or " " <= each <= "\ud7ff" or "\ue000" <= each <= "\ufffd" or each >= "\U00010000"

    return "".join(each if char(each) else "\ufffd" for each in text.replace("\r\n", "\n").replace("\r", "\n"))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=HOSTILE)
def test_hostile_words_stay_words(text, everything, grammar):
    words = {"zh-Hans": f"x{text}", "en": f"y{text}"}

    def spoiled(item):
        given_ = {"text": words, "help": words, "topic": words["en"]}
        if getattr(item, "options", ()):
            given_["options"] = tuple(each.model_copy(update={"text": words}) for each in item.options)
        if hasattr(item, "unit"):
            given_["unit"] = words
        return item.model_copy(update=given_)

    head = everything.questionnaire.model_copy(update={"title": words, "welcome": words, "closing": words})
    asked = tuple(replace(each, item=spoiled(each.item)) for each in everything.asked)
    data = to_ddi(replace(everything, questionnaire=head, asked=asked))
    document, plain = parsed(data), parsed(to_ddi(everything))
    grammar.assertValid(document)
    assert references_hold(document)
    hidden = {"ivuInstr", "concept", "subject", "keyword"}  # other items have a help and a topic now
    tags = [[name for each in one.iter() if (name := etree.QName(each).localname) not in hidden]
            for one in (document, plain)]  # fmt: skip
    assert tags[0] == tags[1]
    assert at(document, "//d:stdyDscr//d:titl") == [_kept(words["zh-Hans"])]
    assert at(of(document, "way"), "d:catgry[1]/d:labl") == [_kept(each) for each in words.values()]
    assert of(document, "pay").get("measUnit") == _kept(words["zh-Hans"])
