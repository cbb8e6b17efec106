"""A scanner's report that somebody made to hurt takes no longer than an honest one of its size."""

from __future__ import annotations

import time
from io import BytesIO

import pytest

from throughline.sources.formats import feeding
from throughline.sources.formats.elements import elements, root_of
from throughline.sources.formats.prowler import _control
from throughline.sources.formats.sarif_results import uncovered
from throughline.sources.formats.sarif_rules import package_in
from throughline.sources.formats.sonarqube import _FILENAME
from throughline.sources.formats.tables import BadFile

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


def items(content, **wish):
    return list(elements(BytesIO(content), "item", name="r.xml", **wish))


MARK = feeding.LONGEST_MARK - 100


@pytest.mark.parametrize(
    "content",
    [
        b"<r><!--" + b"a" * MARK + b"--><item/></r>",
        b"<!--" + b"a" * MARK + b"--><r><item/></r>",
        b"<r><?a " + b"a" * MARK + b"?><item/></r>",
        b"<r><item a='" + b"a" * MARK + b"'/></r>",
        ("\ufeff<r><!--" + "a" * (MARK // 2) + "--><item/></r>").encode("utf-16-le"),
    ],
    ids=["comment", "first", "instruction", "attribute", "UTF-16"],
)
def test_a_long_mark_of_xml_is_not_read_over_and_over(content):
    began = time.process_time()
    assert len(items(content)) == 1
    assert time.process_time() - began < 3


def test_a_mark_of_xml_without_end_is_refused():
    with pytest.raises(BadFile, match="a tag or a comment has more than"):
        items(b"<r><!--" + b"a" * (2 * feeding.LONGEST_MARK) + b"--><item/></r>")


@pytest.mark.parametrize(
    "declared",
    ["a CDATA '" + "a" * 3_000 + "'", " ".join(f"a{number} CDATA #IMPLIED" for number in range(3_000))],
    ids=["long", "many"],
)
def test_no_declaration_of_attributes_multiplies_a_report(declared):
    content = f"<!DOCTYPE r [<!ATTLIST item {declared}>]><r><item/></r>".encode()
    with pytest.raises(BadFile, match="attribute declaration is refused"):
        items(content, dtd=True)


def test_the_root_of_a_document_is_not_multiplied_by_entities_either():
    content = b"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>]><r a='" + b"&a;" * 100 + b"'/>"
    with pytest.raises(BadFile, match="entity declaration is refused"):
        root_of(BytesIO(content), name="r.xml")
