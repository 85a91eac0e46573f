"""What translators write: every message in both languages, with known slots, and grammar that follows numbers."""

from __future__ import annotations

import pytest
from tests.findings.slots import OWN_WORDS, slots_of

from analysis.documents import Run
from analysis.findings.wording import Listed, Number, Word, Wording, catalogues, in_both
from analysis.messages import LANGUAGES

PERSONS = {"zh-Hans": "人", "en": "persons"}
#: What the grammar of English chooses by, and that of Chinese does not.
CHOICES = {"again", "counting", "joined", "shared", "way", "added_en"}


def _base(slot: str) -> str:
    for ending in ("_bare", "_count"):
        slot = slot.removesuffix(ending)
    return slot


def _named(language: str) -> dict[str, frozenset[str]]:
    return {key: slots for key, slots in slots_of(language).items() if not key.startswith(OWN_WORDS)}


def test_every_message_exists_in_both_languages():
    assert set(_named("zh-Hans")) == set(_named("en"))


def test_no_message_stands_in_two_files():
    for language in LANGUAGES:
        names = [line.split(" =")[0] for text in catalogues()[language].values() for line in text.splitlines()
                 if line and line[0].isalpha() and " =" in line]  # fmt: skip
        assert len(names) == len(set(names))


def test_a_language_invents_no_slot_that_the_other_has_not():
    chinese, english = _named("zh-Hans"), _named("en")
    for key, slots in chinese.items():
        # English leaves slots out (a measure need not be said twice), speaks of districts in the plural, begins names
        # small within a sentence, and has choices of its own.
        own = {"kinds", "kind", "inside", *CHOICES}
        assert {_base(each) for each in english[key]} <= {_base(each) for each in slots} | own, key


def test_a_number_brings_its_unit_and_its_cell():
    runs = Wording("en").runs("published_rate", indicator="Pupils", unit="U7", year=2017,
                              value=Number("pupils/U7/2017", 42470, 0, PERSONS))  # fmt: skip
    assert Run(text="42,470", cell="pupils/U7/2017") in runs
    assert "was published as 42,470 persons for 2017" in "".join(run.text for run in runs)


def test_a_missing_slot_is_an_error_that_names_the_message():
    with pytest.raises(KeyError, match="published_rate"):
        Wording("en").runs("published_rate", unit="U7")


def test_text_of_the_data_cannot_write_a_message():
    told = in_both("former", former="{ $unit } *[other] \\u0041")
    assert "".join(run.text for run in told["en"]) == "the former { $unit } *[other] \\u0041"


def test_lists_are_joined_as_the_language_does():
    assert "".join(run.text for run in Wording("en").list_of(Listed(("A", "B", "C")).items)) == "A, B and C"
    assert "".join(run.text for run in Wording("zh-Hans").list_of(("甲", "乙", "丙"))) == "甲、乙和丙"


def test_words_choose_a_variant(monkeypatch):
    from analysis.findings import wording

    message = """turn =
    { $way ->
        [up] rose
       *[down] fell
    } to { $n } over { $schools_bare } { $schools_count ->
        [one] school
       *[other] schools
    }
"""
    monkeypatch.setattr(wording, "catalogues", lambda: {each: {"a.ftl": message} for each in LANGUAGES})
    wording._bundle.cache_clear()
    try:
        said = Wording("en").plain("turn", way=Word("up"), n=Number("a", 3.25, 1), schools=Number("b", 1, 0, PERSONS))
        assert said == "rose to 3.2 over 1 school"
    finally:
        wording._bundle.cache_clear()
