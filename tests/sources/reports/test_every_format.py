"""What holds for every format of reports: whose a file is, what a finding has, what a broken file does."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.reports.packaged import keys_in
from tests.sources.reports.scans import SCANS, content_of

from throughline.engine.refusals import Refused
from throughline.sources.formats import registry
from throughline.sources.formats.content import Content
from throughline.sources.formats.findings import Found
from throughline.sources.formats.registry import Format
from throughline.sources.formats.reports import LONGEST, MOST_IDS, Unreadable, read_report

FORMATS = sorted(registry.reports())
LONGEST_VALUE = 1_000
LARGEST_SAMPLE = 100_000
EXAMPLES = 12
AT_MOST_SECONDS = 2.0
# One that holds nothing in its list says no more than that.
EMPTY_LISTS = frozenset({"pip_audit/empty.json", "prowler/prowler_zero_vul.json"})
# Deeper than any reader follows; written into the text, as a value so deep cannot be encoded.
DEEP, MARK = b"[" * 5_000 + b"]" * 5_000, "\u0001deep"
JUNK = st.sampled_from(
    [
        None,
        True,
        -1,
        10**30,
        1e308,
        "",
        "x" * 3_000,
        "\x00\ud7ff",
        [],
        {},
        [[{}]],
        {"a": [None]},
        ["x", 1, None],
        MARK,
    ]
)


@cache
def files() -> list[str]:
    """Every report with a byte in it."""
    return [str(path.relative_to(SCANS)) for path in sorted(SCANS.glob("*/*")) if path.stat().st_size]


def each_file(largest: float = float("inf")) -> list[Any]:
    reason = "../shared/data/scans is not there"
    found = [name for name in files() if (SCANS / name).stat().st_size <= largest]
    return found or [pytest.param("missing", marks=pytest.mark.skip(reason=reason))]


def each_report() -> list[Any]:
    return [found for found in each_file() if found not in EMPTY_LISTS]


def takers(name: str) -> list[str]:
    """The formats that take a file, each asked alone."""
    contents = ((found, content_of(name)) for found in registry.reports().values())
    return [
        found.name for found, content in contents if content.shape in found.shapes and found.detect(content)
    ]


def read(format: Format, content: bytes) -> Iterator[Found]:
    """Every finding of some bytes in a format, past records that cannot be read."""
    report = format.report(Content(BytesIO(content), name="report"))
    for _, found in read_report(report, format=format.title):
        if not isinstance(found, Unreadable):
            yield found


@cache
def samples() -> dict[str, dict[str, str]]:
    """For each format the smallest report with a finding, of each shape of file."""
    found: dict[str, dict[str, str]] = {}
    for name in sorted(files(), key=lambda each: (SCANS / each).stat().st_size):
        if (SCANS / name).stat().st_size > LARGEST_SAMPLE:
            break
        content = content_of(name)
        format = registry.detected(content)
        if format is None or content.shape in found.setdefault(format.name, {}):
            continue
        if next(read(format, (SCANS / name).read_bytes()), None):
            found[format.name][content.shape] = name
    return found


def each_sample() -> list[Any]:
    found = [(format, name) for format, shapes in samples().items() for name in shapes.values()]
    reason = "../shared/data/scans is not there"
    return found or [pytest.param("missing", "missing", marks=pytest.mark.skip(reason=reason))]


def texts(found: Found) -> Iterator[tuple[str, str, int]]:
    """Every text of a finding that is kept, with what it may have at most."""
    yield from ((name, getattr(found, name), longest) for name, longest in LONGEST.items())
    yield from (("tags", tag, LONGEST_VALUE) for tag in found.tags)
    yield from (("vulnerability_ids", each, LONGEST_VALUE) for each in found.vulnerability_ids)
    for name, value in found.attributes.items():
        assert isinstance(value, str | int | float | bool), f"attribute {name} is {type(value).__name__}"
        yield from [(name, value, LONGEST_VALUE)] if isinstance(value, str) else []


@pytest.mark.parametrize("name", each_file())
def test_exactly_one_format_takes_a_report(name):
    assert len(takers(name)) == (0 if name in EMPTY_LISTS else 1), takers(name)


@pytest.mark.parametrize("name", sorted(EMPTY_LISTS & set(files())))
def test_an_empty_list_is_no_report_until_a_person_names_its_tool(name):
    assert takers(name) == []
    lists = [found for found in registry.reports().values() if "list" in found.shapes]
    assert len(lists) > 20
    assert [found.name for found in lists if list(read(found, content_of(name).data.tobytes()))] == []


@pytest.mark.parametrize("name", each_report())
def test_every_finding_has_a_title_a_key_and_no_text_that_is_too_long(name):
    format = registry.detected(content_of(name))
    assert format is not None
    for found in read(format, (SCANS / name).read_bytes()):
        assert found.title
        assert found.keys()
        assert len(found.vulnerability_ids) <= MOST_IDS
        assert [(field, len(said)) for field, said, longest in texts(found) if len(said) > longest] == []


@pytest.mark.parametrize("name", each_report())
def test_a_real_report_has_no_record_that_cannot_be_read(name):
    format = registry.detected(content_of(name))
    assert format is not None
    content = content_of(name)
    records = read_report(format.report(content), format=format.title)
    assert [found.message for _, found in records if isinstance(found, Unreadable)] == []


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (object or list, its key or position), from outside in."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        here = waiting.pop(0)
        keys = list(here) if isinstance(here, dict) else range(len(here)) if isinstance(here, list) else ()
        found += [(here, key) for key in keys]
        waiting += [here[key] for key in keys]
    return found


def decoded(content: bytes) -> Any:
    """JSON, or the JSON of each line; None for what is neither."""
    try:
        return json.loads(content)
    except ValueError:
        pass
    try:
        return [json.loads(line) for line in content.splitlines() if line.strip()]
    except ValueError:
        return None


def encoded(value: Any, *, lines: bool) -> bytes:
    text = "\n".join(map(json.dumps, value)) if lines and isinstance(value, list) else json.dumps(value)
    return text.encode().replace(json.dumps(MARK).encode(), DEEP)


def changed(data: st.DataObject, content: bytes) -> bytes:
    """The report with some of its values replaced or dropped, if it is JSON."""
    value = decoded(content)
    lines = value is not None and content.lstrip()[:1] == b"{" and isinstance(value, list)
    for _ in range(data.draw(st.integers(1, 3))):
        where = places(value)
        if not where:
            break
        inside, key = where[data.draw(st.integers(0, len(where) - 1))]
        if data.draw(st.booleans()):
            del inside[key]
        else:
            inside[key] = deepcopy(data.draw(JUNK))
    return encoded(value, lines=lines)


def damaged(data: st.DataObject, content: bytes) -> bytes:
    """The report cut off, or with some bytes of it turned."""
    at = st.integers(0, len(content) - 1)
    way = data.draw(st.sampled_from(["cut", "turn", "drop", "twice"]))
    start = data.draw(at)
    end = min(len(content), start + data.draw(st.integers(1, 200)))
    if way == "cut":
        return content[:start]
    if way == "drop":
        return content[:start] + content[end:]
    if way == "twice":
        return content[:end] + content[start:]
    turned = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8))):
        turned[data.draw(at)] = data.draw(st.integers(0, 255))
    return bytes(turned)


def is_read_or_refused(format: Format, content: bytes) -> None:
    """Findings, or a sentence for a person; and soon."""
    began = time.process_time()
    with suppress(Refused):
        registry.detected(Content(BytesIO(content), name="report"))
    with suppress(Refused):
        assert all(found.title and found.keys() for found in read(format, content))
    assert time.process_time() - began < AT_MOST_SECONDS


tried = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


@pytest.mark.parametrize(("format", "name"), each_sample())
@tried
@given(data=st.data())
def test_a_report_with_other_values_is_read_or_refused(format, name, data):
    content = (SCANS / name).read_bytes()
    if decoded(content) is not None:
        is_read_or_refused(registry.reports()[format], changed(data, content))


@pytest.mark.parametrize(("format", "name"), each_sample())
@tried
@given(data=st.data())
def test_a_damaged_report_is_read_or_refused(format, name, data):
    is_read_or_refused(registry.reports()[format], damaged(data, (SCANS / name).read_bytes()))


FOREIGN = {
    "object": [b"{}", b'{"results": 1, "findings": {}, "data": "x", "runs": null, "vulnerabilities": true}'],
    "list": [b"[]", b'[null, 1, "x", [], {}]', b'[{"id": {}, "title": []}]'],
    "lines": [b'{"a": 1}\n{"a": 2}\n', b'{"a": 1}\n{"b":\n'],
    "xml": [b"<a/>", b"<a><b c='d'>e</b></a>"],
    "html": [b"<!doctype html><html><body><table><tr><td>x</td></tr></table></body></html>"],
    "table": [b"id,title\n1,x\n", b"id\n1,2,3\n", b"\xff\xfe", b"a,b\n\xe9,1\n"],
}


@pytest.mark.parametrize("format", FORMATS)
def test_a_report_of_another_tool_is_read_or_refused(format):
    chosen = registry.reports()[format]
    for shape in chosen.shapes:
        for content in FOREIGN.get(shape, []):
            is_read_or_refused(chosen, content)


def rewritten(content: bytes) -> dict[str, bytes]:
    """The same text as editors and shells of other systems write it; nothing of what is no UTF-8."""
    with suppress(UnicodeDecodeError):
        text = content.decode("utf-8-sig")
        windows = text.replace("\r\n", "\n").replace("\n", "\r\n")
        return {
            "with a mark": ("\ufeff" + text).encode(),
            "with line ends of Windows": windows.encode(),
            "as PowerShell writes it": windows.encode("utf-16"),
            "in UTF-16 of the other order": ("\ufeff" + text).encode("utf-16-be"),
            "with blank lines after it": text.encode() + b"\n\n",
        }
    return {}


@pytest.mark.parametrize("name", each_file(LARGEST_SAMPLE))
def test_a_report_is_the_same_however_shells_and_editors_write_its_text(name):
    content = (SCANS / name).read_bytes()
    format = registry.detected(content_of(name))
    if format is None or not content.strip():
        return
    before = keys_in(read(format, content))
    for how, written in rewritten(content).items():
        taken = registry.detected(Content(BytesIO(written), name=name))
        assert taken is format, how
        assert keys_in(read(format, written)) == before, how


def test_a_table_may_begin_with_a_blank_line():
    table = b"\r\nRuleID,File,Secret,StartLine\r\naws,a.py,AKIAEXAMPLE,3\r\n"
    content = Content(BytesIO(table), name="report")
    assert content.header == ("RuleID", "File", "Secret", "StartLine")
    assert [row["File"] for _, row in content.rows()] == ["a.py"]


def test_a_line_that_is_no_json_is_left_out_by_itself_and_named_by_its_number():
    lines = [b'{"template-id": "a", "info": {"severity": "low"}, "host": "h", "matched-at": "h"}', b'{"templ']
    content = b"\n\n".join([lines[0], lines[1], lines[0]])
    format = registry.reports()["nuclei"]
    report = format.report(Content(BytesIO(content), name="report"))
    found = list(read_report(report, format=format.title))
    assert [number for number, _ in found] == [1, 3, 5]
    broken = found[1][1]
    assert isinstance(broken, Unreadable)
    assert (broken.unit, broken.message) == (
        "line",
        "this is not valid JSON: it breaks off at its end: is it whole?",
    )
