"""Whole reports: a false number is caught, comments change nothing else, and what is no report is refused."""

from __future__ import annotations

import io
import json
import zipfile
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.oxml.ns import qn

from analysis.messages import DuzhengError
from analysis.supervision.reading import as_json, check_and_write, check_report

#: Figures of the statistical yearbook: 81,309 pupils in 2012 and 91,523 in 2017, which is 12.6% more; 65 schools.
TABLE = [
    ["指标", "2012年", "2017年", "比2012年增长（%）"],
    ["小学在校学生数（人）", "81,309", "91,532", "12.6"],
    ["初中在校学生（万人）", "3.47", "3.94", "13.7"],
    ["民办小学（所）", "5", "6", "20"],
]


@pytest.fixture
def report(tmp_path):
    """Give a report in which the growth of pupils (21.6 for 12.6) and a cell (91,532 for 91,523) are false."""
    document = docx.Document()
    document.add_heading("闵行区人民政府依法履行教育职责自评报告", 0)
    document.add_heading("一、基本情况", 1)
    paragraph = document.add_paragraph("2017年，全区小学在校学生91,")
    paragraph.add_run("5").bold = True
    paragraph.add_run("23人，比2012年增长21").italic = True
    paragraph.add_run(".6%；共有小学65所。每百名小学生专任教师数高于全市平均水平。")
    document.add_paragraph("随迁子女占比32%，投入1.2亿元改善办学条件。")
    table = document.add_table(rows=len(TABLE), cols=4)
    for row, texts in enumerate(TABLE):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    path = tmp_path / "report.docx"
    document.save(path)
    return path


def rows(checked):
    return {(row["place_zh"], row["text"]): row for row in as_json(checked)}


def test_a_false_number_is_caught(shanghai, report):
    checked = check_report(shanghai, report, "310112", 2017)
    differing = [row for row in as_json(checked) if row["verdict"] == "differs"]
    assert [(row["text"], row["claimed"], row["monitored"]) for row in differing] == [
        ("比2012年增长21.6%", 21.6, 12.6),
        ("每百名小学生专任教师数高于全市平均水平", None, 6.43),  # 6.97 in the city
        ("91,532", 91532.0, 91523.0),
    ]  # fmt: skip
    assert checked.differing == 3
    assert "91,523人" in rows(checked)["表1第2行第3列", "91,532"]["sentence_zh"]


def test_what_is_not_read_is_listed(shanghai, report):
    unread = [
        row["text"] for row in as_json(check_report(shanghai, report, "310112", 2017)) if row["verdict"] == "unread"
    ]
    assert unread == ["随迁子女占比32%", "投入1.2亿元", "5", "6", "20"]


def test_comments_stand_at_the_statements_and_nothing_else_changes(shanghai, report, tmp_path):
    out = tmp_path / "checked.docx"
    checked = check_and_write(shanghai, report, "310112", 2017, out=out)
    before, after = docx.Document(report), docx.Document(out)
    looks = [letters_of(each) for each in (before, after)]
    assert looks[0] == looks[1]
    assert [[cell.text for cell in row.cells] for row in before.tables[0].rows] == [
        [cell.text for cell in row.cells] for row in after.tables[0].rows
    ]
    comments = list(after.comments)
    assert len(comments) == len(checked.judged)
    assert {(each.author, each.initials, each.timestamp.date()) for each in comments} == {
        ("督政核对", "督", shanghai.settings.released)
    }
    assert [commented(after, each.comment_id) for each in comments] == [each.statement.text for each in checked.judged]
    assert "21.6%" in comments[1].text
    assert "12.6%" in comments[1].text
    assert "primary_pupils/310112/2012" in comments[1].text


def letters_of(document):
    """Give every letter of the paragraphs with how it looks."""
    return [
        [(letter, run.bold, run.italic) for run in each.runs for letter in run.text] for each in document.paragraphs
    ]


def commented(document, number):
    """Give the text between the marks of a comment."""
    inside, text = False, []
    for element in document.element.body.iter():
        inside |= element.tag == qn("w:commentRangeStart") and element.get(qn("w:id")) == str(number)
        inside &= not (element.tag == qn("w:commentRangeEnd") and element.get(qn("w:id")) == str(number))
        text += [element.text or ""] if inside and element.tag == qn("w:t") else []
    return "".join(text)


def test_the_same_report_gives_the_same_bytes(shanghai, report, tmp_path):
    outs = [tmp_path / name for name in ("one.docx", "two.docx")]
    for out in outs:
        check_and_write(shanghai, report, "310112", 2017, out=out, language="en")
    assert outs[0].read_bytes() == outs[1].read_bytes()


def test_text_is_read_in_gb18030_and_written_with_notes(shanghai, tmp_path):
    path, out = tmp_path / "report.txt", tmp_path / "checked.txt"
    path.write_bytes("一、基本情况\n2017年，全区小学60所。\n".encode("gb18030"))
    checked = check_and_write(shanghai, path, "310112", 2017, out=out)
    assert checked.differing == 1
    written = out.read_text(encoding="utf-8")
    assert written.startswith("一、基本情况\n2017年，全区小学60所。\n")
    assert "第2行“全区小学60所”：【不一致】" in written
    assert json.dumps(as_json(checked), ensure_ascii=False)


def test_a_number_of_the_former_territory_is_no_false_one(shanghai, tmp_path):
    path = tmp_path / "report.txt"
    path.write_text("2012年小学在校学生9,067人。", encoding="utf-8")  # before the merger of 2015, of the same code
    (row,) = as_json(check_report(shanghai, path, "310106", 2017))
    assert (row["verdict"], row["reason"]) == ("open", "territory")


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("小学在校学生超过9万人。", "agrees"),  # 91,523
        ("小学在校学生超过9.2万人。", "differs"),
        ("小学在校学生不足10万人。", "agrees"),
        ("小学在校学生9万余人。", "agrees"),
        ("小学在校学生8万余人。", "differs"),
        ("小学在校学生约9.2万人。", "agrees"),
        ("小学在校学生9.2万人。", "agrees"),
        ("小学在校学生92,000人。", "differs"),
        ("小学在校学生比2012年增长超过10%。", "agrees"),
        ("全市小学在校学生784,896人。", "agrees"),
        ("2016年小学在校学生90,000人。", "open"),
    ],
)
def test_a_bound_is_judged_as_a_bound(shanghai, tmp_path, text, verdict):
    path = tmp_path / "report.txt"
    path.write_text(text, encoding="utf-8")
    (row,) = as_json(check_report(shanghai, path, "310112", 2017))
    assert row["verdict"] == verdict


def archive(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as found:
        for name, text in members.items():
            found.writestr(name, text)
    return buffer.getvalue()


LOCKED = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("empty.docx", b"", "an empty file"),
        ("zip.docx", archive(a="b"), "an archive that is no Word document"),
        ("pdf.docx", b"%PDF-1.7\n", "a PDF"),
        ("text.docx", "小学65所".encode(), "called .docx that is no Word document"),
        ("locked.docx", LOCKED, "a file with a password"),
        ("old.doc", LOCKED[:600], "Office 97 to 2003"),
        ("cut.docx", archive(a="b")[:40], "damaged"),
        ("binary.txt", b"ab\n\x00\x01\x02", r"line 2.*characters that no text has"),
    ],
    ids=["empty", "zip", "pdf", "text", "locked", "old", "cut", "binary"],  # archives hold the time
)
def test_what_is_no_report_is_refused_with_file_and_reason(shanghai, tmp_path, name, data, found):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(DuzhengError, match=rf"DZ-O005 {name}.*{found}"):
        check_report(shanghai, path, "310112", 2017)


def test_an_unknown_unit_and_a_lost_file_are_refused(shanghai, tmp_path):
    with pytest.raises(DuzhengError, match="DZ-U001"):
        check_report(shanghai, tmp_path / "none.docx", "999999", 2017)
    with pytest.raises(DuzhengError, match=r"DZ-O005 none\.docx"):
        check_report(shanghai, tmp_path / "none.docx", "310112", 2017)


def test_the_report_is_never_written_over(shanghai, report):
    with pytest.raises(DuzhengError, match="DZ-O005"):
        check_and_write(shanghai, report, "310112", 2017, out=report)


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FOOTNOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
TRACKED = f"""<w:document {W}><w:body><w:p><w:r><w:t>小学</w:t></w:r>
  <w:del w:id="1"><w:r><w:delText>60</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>65</w:t></w:r></w:ins>
  <w:r><w:t>所</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p></w:body></w:document>"""
NOTE = f"""<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>普通中学70所。</w:t></w:r></w:p>
  </w:footnote></w:footnotes>"""
RELATION = f'<Relationship Id="rF" Type="{FOOTNOTES}" Target="footnotes.xml"/></Relationships>'
TYPE = """<Override PartName="/word/footnotes.xml"
  ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/></Types>"""


def test_tracked_deletions_are_not_read_and_footnotes_are(shanghai, report, tmp_path):
    path, out = tmp_path / "tracked.docx", tmp_path / "checked.docx"
    with zipfile.ZipFile(report) as old:
        members = {name: old.read(name) for name in old.namelist()}
    relations, types = "word/_rels/document.xml.rels", "[Content_Types].xml"
    members |= {"word/document.xml": TRACKED.encode(), "word/footnotes.xml": NOTE.encode()}
    members[relations] = members[relations].replace(b"</Relationships>", RELATION.encode())
    members[types] = members[types].replace(b"</Types>", TYPE.encode())
    path.write_bytes(archive(**members))
    checked = check_and_write(shanghai, path, "310112", 2017, out=out)
    assert [(row["place_zh"], row["text"], row["verdict"]) for row in as_json(checked)] == [
        ("第1段", "小学65所", "agrees"), ("脚注1", "普通中学70所", "differs"),  # 75
    ]  # fmt: skip
    with zipfile.ZipFile(out) as written:
        assert len(ET.fromstring(written.read("word/comments.xml"))) == 2  # noqa: S314  our own file
