"""The question sets: whole, balanced, and each answer within what anybody would think possible."""

from __future__ import annotations

import math
import re

import pytest

from throughline.calibration.question_sets import all_sets

SETS = list(all_sets().values())
QUESTIONS = [(each, question) for each in SETS for question in each.questions]


def test_there_are_four_sets_of_each_kind_with_ten_questions_each():
    assert [each.kind for each in SETS] == ["binary"] * 4 + ["range"] * 4
    assert {len(each.questions) for each in SETS} == {10}


def test_keys_and_texts_are_each_there_once():
    for named in ([q.key for _, q in QUESTIONS], [q.text for _, q in QUESTIONS], [s.title for s in SETS]):
        assert len(named) == len(set(named))
    assert all(re.fullmatch("[a-z0-9-]{2,80}", question.key) for _, question in QUESTIONS)


@pytest.mark.parametrize("each", [each for each in SETS if each.kind == "binary"], ids=lambda each: each.slug)
def test_as_many_statements_are_true_as_false(each):
    answers = [question.is_true for question in each.questions]
    assert {*answers} == {True, False}
    assert sum(answers) == 5
    # Nobody learns the order: never more than two of a kind in a row.
    assert not re.search("TTT|FFF", "".join("FT"[answer] for answer in answers))


@pytest.mark.parametrize(("of", "question"), QUESTIONS, ids=lambda each: getattr(each, "key", ""))
def test_a_question_explains_itself_in_one_line_and_names_its_source(of, question):
    assert 5 < len(question.text) <= 200
    assert 5 < len(question.explanation) <= 200
    assert "\n" not in question.explanation
    assert question.source
    assert question.text.endswith("?" if of.kind == "range" else ".")


@pytest.mark.parametrize(
    "question", [question for _, question in QUESTIONS if question.is_true is None], ids=lambda each: each.key
)
def test_a_quantity_lies_well_inside_its_yardstick_and_says_its_unit(question):
    low, high = question.yardstick
    assert question.unit
    assert math.isfinite(question.value)
    assert low < question.value < high
    width = high - low
    # A yardstick is what anybody could state: it neither gives the answer away nor is it absurd.
    assert min(question.value - low, high - question.value) > 0.008 * width
    assert width < 2000 * question.value


def test_what_can_be_worked_out_is_worked_out_rightly():
    found = {question.key: question.value for _, question in QUESTIONS}
    worked_out = {
        "eight-letters": 26**8 / 1e9,
        "hundred-risks": 100 * (1 - 0.99**100),
        "three-nines": 365 * 24 / 1000,
        "pairs": math.comb(40, 2),
        "diceware": 4 * math.log2(7776),
        "ten-terabytes": 10e12 * 8 / 100e6 / 86400,
        "doubling": math.log(2) / math.log(1.05),
        "all-faces": sum(6 / left for left in range(1, 7)),
        "rare-alarm": 100 * 0.99 / (0.99 + 0.01 * 999),
        "ipv4-block-20": 2 ** (32 - 20),
        "sha512-hex": 512 / 4,
        "http2-frame": 2**14,
        "tcp-port-numbers": 2**16,
        "counter-32-bit": 2**32 / (365.25 * 86400),
        "printable-ascii": sum(chr(code).isprintable() for code in range(128)),
        "sunlight": 149_597_870_700 / 299_792_458,
        "birthday": next(n for n in range(1, 400) if math.perm(365, n) / 365**n < 0.5),
    }
    for key, value in worked_out.items():
        assert found[key] == pytest.approx(value, rel=0.002), key


def test_the_great_circle_from_london_to_new_york_is_as_long_as_it_says():
    found = {question.key: question.value for _, question in QUESTIONS}
    (a, b), (c, d) = (map(math.radians, each) for each in ((51.507, -0.128), (40.713, -74.006)))
    turn = math.acos(math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d))
    assert found["london-new-york"] == pytest.approx(6371 * turn, rel=0.002)
    # And the equator, and light, by the figures that define them.
    assert found["equator"] == pytest.approx(2 * math.pi * 6378.137, rel=0.0002)
