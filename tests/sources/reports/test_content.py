"""What a file is, seen without reading all of it."""

from __future__ import annotations

from io import BytesIO

import pytest

from throughline.sources.formats.content import HEAD, Content
from throughline.sources.formats.tables import BadFile

LONG = b'{"a": "' + b"x" * (2 * HEAD) + b'"}'


@pytest.mark.parametrize(
    ("content", "shape"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"[1]", "list"),
        (b"\xef\xbb\xbf[1]", "list"),
        ("[1]".encode("utf-16"), "list"),
        (b'{"a": 1}', "object"),
        (b'{"a": 1}\n', "object"),
        (b'{\n "a": 1\n}', "object"),
        (b'{"a": 1}\n{"a": 2}', "lines"),
        (LONG, "object"),
        (LONG + b"\n" + LONG, "lines"),
        (b"a,b\n1,2", "table"),
        (b"<?xml version='1.0'?><scan/>", "xml"),
        (b"<scan><text>&lt;html&gt; <html/></text></scan>", "xml"),
        (b"<!-- made by a tool --><!DOCTYPE html><html>", "html"),
        (b"<html lang='en'>", "html"),
        # Comments after one another can be read in one way only: else these take longer than anybody lives.
        (b"<!---->" * 500 + b"<scan/>", "xml"),
    ],
)
def test_the_shape_of_a_file_is_seen_from_its_beginning(content, shape):
    assert Content(BytesIO(content), name="file").shape == shape


def test_utf_16_as_some_shells_write_it_is_read_like_any_other():
    content = Content(BytesIO('{"a": "ä"}'.encode("utf-16")), name="file")
    assert content.member("a") == "ä"


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b'{"a": [1,\n\n 2', 3, "it breaks off at its end (byte 13)"),
        (b'{"a": [1,\n 2\n\n', 2, "it breaks off at its end (byte 14)"),
        (b'\xef\xbb\xbf{"a":\n"b', 2, "it breaks off"),
        (b'{"a": 1,\n "b" 2}', 2, "expected ':' (byte 14)"),
        (b'{"a": 1,\n "b": nan}', 2, "invalid character (byte 16)"),
        (b'{"a":\n\n "caf\xe9"}', 3, "byte 12 of the file is not UTF-8"),
        (b'[1,\n{"a": "' + b"x" * 2_000_000 + b"\n" + b'" "', 2, "invalid character"),
    ],
)
def test_what_is_no_json_is_refused_with_line_and_byte(content, line, said):
    found = Content(BytesIO(content), name="r.json")
    with pytest.raises(BadFile) as refused:
        str((found.members, found.member("a"), found.first))
    assert refused.value.line == line
    assert str(refused.value).startswith(f"r.json, line {line}: ")
    assert said in refused.value.message


def test_a_list_that_is_none_is_refused_by_its_name():
    content = Content(BytesIO(b'{"results": {"a": 1}}'), name="r.json")
    with pytest.raises(BadFile, match=r"r\.json: results: this is not shaped as its format"):
        content.items("results")


def test_a_bad_first_line_of_json_lines_is_named():
    content = Content(BytesIO(b'{"a": 1x}\n{"a": 2}\n'), name="r.jsonl")
    with pytest.raises(BadFile, match=r"r\.jsonl, line 1: this is not valid JSON"):
        str(content.first)
