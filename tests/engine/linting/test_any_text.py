"""Whatever is typed: no failure, places inside the text, the same answer twice, time in proportion."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from throughline.engine.linting import RULES, as_document, lint_objective, lint_text
from throughline.engine.linting.reading import LONGEST, plain
from throughline.engine.linting.targets import targets
from throughline.engine.linting.text import _linted

PIECES = [
    *(
        "improve",
        "reduce",
        "from",
        "to",
        "by",
        "and",
        "or",
        "10",
        "12%",
        "$5",
        "X",
        "N%",
        "all",
        "no",
        "half",
    ),
    *(
        "better",
        "than",
        "last",
        "quarter",
        "Q3",
        "July",
        "28",
        "2026-01-01",
        "ship",
        "Foo",
        "4.1",
        "-",
        "~",
        "(",
    ),
    *(
        ")",
        ".",
        ",",
        ":",
        "→",
        "“",
        "”",
        "’",
        "é",
        "ß",
        "İ",
        "Ⅷ",
        "½",
        "٣",
        "\u200b",
        "\n",
        "TBD",
        "__",
        "[",
        "]",
    ),
    *(
        "where",
        "possible",
        "etc.",
        "e.g.",
        "prevented",
        "breaches",
        "SLAs",
        "meet",
        "once",
        "per",
        "week",
        "👍",
    ),
]
texts = st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join)


@given(texts)
@settings(max_examples=400)
def test_any_text_has_a_verdict_and_every_place_lies_inside_it(text):
    linted = lint_text(text)
    assert linted.verdict in ("decidable", "undecidable", "untracked")
    for found in (*linted.findings, *lint_objective(text).findings):
        start, end = found.span
        assert 0 <= start <= end <= len(text)
        assert found.rule in RULES


@given(texts)
def test_the_same_text_is_answered_the_same_with_and_without_memory(text):
    first = as_document(lint_text(text))
    _linted.cache_clear()
    targets.cache_clear()
    assert as_document(lint_text(text)) == first


@given(texts)
def test_a_text_keeps_its_length_and_findings_with_plain_signs(text):
    assert len(plain(text)) == len(text)
    assert plain(plain(text)) == plain(text)
    assert as_document(lint_text(plain(text)))["verdict"] == lint_text(text).verdict


@example("NO -")
@given(texts)
def test_blanks_around_a_text_change_nothing(text):
    inner = text.strip()
    found = [each.rule for each in lint_text(f"  {inner} ").findings]
    assert found == [each.rule for each in lint_text(inner).findings]


HOSTILE = [
    *(piece for piece in PIECES),
    *(
        "a",
        "1",
        "1.",
        "a'",
        "a.",
        "1,",
        "- ",
        "to ",
        "and ",
        "ly ",
        " ",
        "<",
        "x%",
        "[target",
        "as a ",
        "july ",
    ),
    *(
        "improve ",
        "improve 5 and ",
        "from 1 to ",
        "no blockers ",
        "1 of 2 ",
        "every ",
        "or a ",
        "USD ",
        "1 x",
        "@",
    ),
]


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_a_text_of_any_length_is_read_in_proportion(piece):
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        best = 1e9
        for _ in range(3):
            _linted.cache_clear()
            targets.cache_clear()
            start = time.process_time()
            lint_text(text)
            best = min(best, time.process_time() - start)
        return best

    # Ten times the text within twenty times the time; a square would be a hundred times.
    short, long = seconds(LONGEST // 10), seconds(LONGEST)
    assert long < max(20 * short, 0.02)
    assert seconds(100 * LONGEST) < max(3 * long, 0.05)
