"""Answers of other shapes than a tool's own: each is refused or passed over, and breaks nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Any

import pytest

from throughline.connectors.asking import Asking, Clock, Reply
from throughline.connectors.kinds.registry import KINDS, kind_named
from throughline.connectors.shape import Settings
from throughline.engine.refusals import Refused

SCANNERS = [
    name for name in ("defectdojo", "github", "gitlab", "hackerone", "snyk", "tenable") if name in KINDS
]
SETTINGS: Settings = {
    "address": "https://tool.example",
    "repositories": ["shop", "shop/api"],
    "paths": ["shop"],
    "programs": ["shop"],
    "products": [],
    "organisations": ["shop"],
    "scanners": "all",
    "least": "low",
    "service": "{name}",
}
ODD: list[Any] = [None, True, 7, "x", [], {}, [None], [{}], {"": {}}]
NAMES = (
    *("data", "results", "links", "next", "count", "number", "repository", "updated_at", "id", "attributes"),
    *("project", "group", "vulnerabilities", "nodes", "pageInfo", "hasNextPage", "endCursor", "fullPath"),
    *("export_uuid", "status", "chunks_available", "plugin", "asset", "port", "related_fields", "errors"),
    *("relationships", "scan_item", "last_status_update", "secret"),
)
WHOLE = {
    "id": "1",
    "number": 1,
    "plugin": {"id": 1},
    "status": "FINISHED",
    "export_uuid": "e",
    "project": {"fullPath": "shop/api"},
    "pageInfo": {"hasNextPage": True, "endCursor": "c1"},
    "links": {"next": "/orgs/shop/issues?starting_after=v1"},
    "count": 9,
}


class Kept:
    """Pages that are held in memory."""

    def __init__(self) -> None:
        self.cursor: dict[str, Any] = {}
        self.count = 0

    def pages(self, records: Any, *, cursor: Any) -> None:
        self.cursor = dict(cursor)
        self.count += sum(map(len, records.values()))

    def begin_again(self) -> None:
        self.cursor, self.count = {}, 0


class Odd(Asking):
    """A tool that gives these answers, one after the other, and then gives up."""

    answers: Iterator[Any] = iter(())

    def __init__(self) -> None:
        now = datetime(2026, 11, 21, tzinfo=UTC)
        super().__init__("https://tool.example", clock=Clock(now=lambda: now, sleep=lambda seconds: None))

    def reply(self, method: str, path: str, **asked: Any) -> Reply:
        said = next(self.answers, self)
        if said is self:
            raise Refused("It gives up.")
        return Reply(said, {})


def answers() -> list[Any]:
    """Odd values alone, within each member, and as members of what is whole elsewhere."""
    within = [{name: odd} for name in NAMES for odd in ODD]
    page = {"nodes": [WHOLE], "pageInfo": WHOLE["pageInfo"]}
    around = [
        {**WHOLE, "data": [WHOLE], "results": [WHOLE], name: odd}
        for name in ("links", "count", "status", "chunks_available")
        for odd in ODD
    ]
    deep = [
        {"data": {place: {"vulnerabilities": {**page, name: odd}, "fullPath": "shop"}}}
        for place in ("project", "group")
        for name in page
        for odd in ODD
    ]
    listed = [[{**WHOLE, name: odd}] for name in NAMES for odd in ODD]
    wrapped = [{"data": each, "results": each, "count": 1} for each in listed]
    return [*ODD, *within, *around, *deep, *listed, *wrapped]


@pytest.mark.parametrize("name", SCANNERS)
def test_no_answer_of_another_shape_breaks_a_pull(name):
    kind = kind_named(name)
    good = {"gitlab": {"data": {"project": {"fullPath": "shop"}}}, "tenable": {"export_uuid": "e-1"}}
    before = [good[name]] if name in good else []
    ended, tool = 0, Odd()
    for odd in answers():
        for state in ({}, {"shop": {"since": "2026-11-20T00:00:00Z", "whole": "2026-11-20T00:00:00Z"}}):
            tool.answers = chain(before, repeat(odd, 4))
            try:
                kind.pull(tool, SETTINGS, state if name != "gitlab" else {}, Kept(), lambda *told: None)
            except Refused:
                ended += 1
    assert ended > 100
