"""Every real report, and the same a week later with lines moved, severities changed and texts reworded."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from tests.sources.reports.scans import SCANS, expected, shaken
from tests.sources.scans.flagged import MONDAY

from throughline.sources.actions import import_file
from throughline.sources.formats.registry import reports
from throughline.sources.scans.reading import format_of, header_of
from throughline.sources.wishes import Wish

pytestmark = pytest.mark.django_db
NAMES = [name for name in expected() if name.endswith(".json") and expected()[name]["n"]] or [
    pytest.param("missing", marks=pytest.mark.skip(reason="../shared/data/scans is not there"))
]


def again(content: bytes) -> bytes:
    """The report as a later scan of the same would write it."""
    try:
        return shaken(content)
    except json.JSONDecodeError:
        # Objects one after another, or line by line.
        lines = [line for line in content.splitlines() if line.strip()]
        return b"\n".join(shaken(line) for line in lines)


def put_in(content: bytes, name: str, week: int) -> dict[str, int]:
    format = format_named(content, name)
    branch = header_of(io.BytesIO(content), name=name, format=reports()[format]).branch
    about = {"source": "scanner", "scope": "shop", "service": "shop", "default_branch": branch}
    wish = Wish(**about, full=True, format=format)
    now = MONDAY + timedelta(weeks=week)
    return import_file(io.BytesIO(content), name=name, wish=wish, actor="tests", now=now).counts


def format_named(content: bytes, name: str) -> str:
    format = format_of(io.BytesIO(content), name=name)
    assert format is not None, name
    return format.name


@pytest.mark.parametrize("name", NAMES)
def test_a_rewritten_report_opens_and_closes_nothing(name):
    content = (SCANS / name).read_bytes().removeprefix(b"\xef\xbb\xbf")
    try:
        later = again(content)
    except json.JSONDecodeError:
        pytest.fail(f"{name} is no JSON that can be rewritten")
    first = put_in(content, name, 0)
    assert first["created"] == first["read"] > 0
    second = put_in(later, name, 1)
    did = {key: second[key] for key in ("read", "created", "vanished", "missed", "linked")}
    assert did == {"read": first["read"], "created": 0, "vanished": 0, "missed": 0, "linked": 0}
