"""A scanner's report that somebody made to hurt takes no longer than an honest one of its size."""

from __future__ import annotations

import time

import pytest

from throughline.sources.formats.prowler import _control
from throughline.sources.formats.sarif_results import uncovered
from throughline.sources.formats.sarif_rules import package_in
from throughline.sources.formats.sonarqube import _FILENAME

LONG = 300_000


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (lambda said: uncovered(said, ""), " 'a" * (LONG // 3)),
        (lambda said: uncovered(said, ""), " 'a' b" * (LONG // 6)),
        (package_in, "Fix Version: " + " " * LONG + "|"),
        (_FILENAME.search, "Filename: " * (LONG // 10)),
        (lambda said: _control("", said), "[a] " + "(Scored)" * (LONG // 8) + "x\n("),
    ],
    ids=["quotes", "quotations", "blanks", "names", "endings"],
)
def test_no_text_of_a_finding_takes_long_to_read(read, said):
    began = time.process_time()
    read(said)
    assert time.process_time() - began < 2


def test_every_quotation_of_a_line_is_masked_and_none_goes_over_its_end():
    said = "key 'hunter2' and \"swordfish\" but don't 'open\n'xyzzy' it"
    assert uncovered(said, "") == (
        "key '… (7 characters)' and \"… (9 characters)\" but don't 'open\n'… (5 characters)' it"
    )
