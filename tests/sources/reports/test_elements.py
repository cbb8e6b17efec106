"""XML in a stream: what is asked for, with what is around it, and within bounds."""

from __future__ import annotations

from io import BytesIO

import pytest

from throughline.sources.formats import elements as xml
from throughline.sources.formats.elements import DEEPEST, LONGEST_TEXT, elements, openings
from throughline.sources.formats.tables import BadFile

HOSTS = b"""<report xmlns="urn:x"><host name="a"><item id="1"><note>x<b>y</b></note></item>
<item id="2"/></host>
<host name="b"><item id="3"><item id="4"/></item></host></report>"""


def read(content: bytes, *names: str, **options: object) -> list[xml.Element]:
    return list(elements(BytesIO(content), *names, name="r.xml", **options))


def test_an_element_knows_those_around_it_and_shares_them_with_its_neighbours():
    first, second, third = read(HOSTS, "item")
    assert [each.over_get("host", "name") for each in (first, second, third)] == ["a", "a", "b"]
    assert first.over("host") is second.over("host")
    assert first.over("host") is not third.over("host")
    assert [each.name for each in first.above] == ["report", "host"]
    assert third.children[0].above == ()
    assert first.over("nothing") is None


def test_what_is_left_out_is_left_out_with_all_in_it():
    whole, _, _ = read(HOSTS, "item")
    part, _, third = read(HOSTS, "item", without=("note",))
    assert whole.said("note") == "x"
    assert whole.said("note", "b") == "y"
    assert part.children == []
    assert [child.get("id") for child in third.children] == ["4"]


def test_reading_ends_before_what_it_is_told_to_end_at_unless_that_is_in_a_record():
    found = read(b"<a><b><c>x</c></b><c><b/></c><b/></a>", "b", until=("c",))
    assert [each.said("c") for each in found] == ["x"]


def test_text_keeps_the_blanks_within_it_and_around_what_is_left_out():
    [found] = read(b"<a> one <c>two</c> three<b/> four </a>", "a", without=("c",))
    assert found.text == "one  three four"
    assert read(b"<r><a>&lt; <b/> &gt;</a></r>", "a")[0].text == "<  >"


def test_openings_have_attributes_and_nothing_in_them():
    found = list(openings(BytesIO(HOSTS), "host", name="r.xml"))
    assert [(each.get("name"), each.children) for each in found] == [("a", []), ("b", [])]


def test_an_element_that_is_left_out_costs_no_room():
    long = b"<a><b>" + b"x" * LONGEST_TEXT + b"</b><c>y</c></a>"
    [found] = read(long, "a", without=("b",))
    assert found.said("c") == "y"
    with pytest.raises(BadFile, match="more than 16,777,216 characters"):
        read(long, "a")


def test_too_many_elements_without_text_are_too_long_too():
    with pytest.raises(BadFile, match="more than 16,777,216 characters"):
        read(b"<a>" + b"<b/>" * (LONGEST_TEXT // 100 + 1) + b"</a>", "a")


def test_what_is_nested_too_deeply_is_refused_also_where_it_is_left_out():
    deep = b"<a><b>" + b"<c>" * DEEPEST
    with pytest.raises(BadFile, match="nested more than 64 deep"):
        read(deep, "a", without=("b",))


@pytest.mark.parametrize(
    ("declared", "allowed"),
    [
        ('<!DOCTYPE a [<!ELEMENT a ANY><!ATTLIST a b CDATA "">]>', True),
        ('<!DOCTYPE a [<!ENTITY b "c">]>', False),
        ('<!DOCTYPE a [<!ENTITY % b "c">]>', False),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd">', False),
        ('<!DOCTYPE a PUBLIC "x" "http://a.example/a.dtd">', False),
    ],
)
def test_a_declaration_passes_where_it_is_asked_for_and_declares_elements_only(declared, allowed):
    content = f"{declared}<a>x</a>".encode()
    with pytest.raises(BadFile, match="declaration is refused"):
        read(content, "a")
    if allowed:
        assert [found.text for found in read(content, "a", dtd=True)] == ["x"]
    else:
        with pytest.raises(BadFile, match="declaration is refused"):
            read(content, "a", dtd=True)


def test_a_declaration_that_another_file_would_make_is_passed_over_where_that_is_asked_for():
    named = b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a>x&amp;y</a>'
    assert [found.text for found in read(named, "a", dtd="named")] == ["x&y"]
    with pytest.raises(BadFile, match="entity declaration is refused"):
        read(named.replace(b"&amp;", b"&foreign;"), "a", dtd="named")
    with pytest.raises(BadFile, match="declaration is refused"):
        read(b'<!DOCTYPE a SYSTEM "a" [<!ENTITY b "c">]><a/>', "a", dtd="named")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_that_says_it_is_in_another_encoding_is_read(encoding):
    said = "\ufeff<?xml version='1.0' encoding='UTF-8'?>\n<report><item id='é'/></report>".encode(encoding)
    assert [each.get("id") for each in read(said, "item")] == ["é"]
    assert xml.root_of(BytesIO(said), name="r.xml").name == "report"
