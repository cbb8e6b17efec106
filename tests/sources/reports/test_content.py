"""What a file is, seen without reading all of it."""

from __future__ import annotations

from io import BytesIO

import pytest

from throughline.sources.formats.content import HEAD, Content

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
