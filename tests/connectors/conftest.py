"""Keys of the test's own, this machine listed as one to ask, and a clock that waits for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from tests.connectors.fakes import numbers
from tests.connectors.fakes.tool import Tool, served
from tests.organisation import NOW
from tests.outbound.conftest import listed

__all__ = ["listed"]


@dataclass
class Waiting:
    """A clock that stands still but for what is slept, and remembers that."""

    at: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)

    @property
    def clock(self):
        from throughline.connectors.asking import Clock

        return Clock(now=lambda: self.at, sleep=self.sleep, chance=lambda: 0.5)


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture(autouse=True)
def _own_keys(settings, tmp_path):
    settings.THROUGHLINE_SECRET_KEY_FILE = tmp_path / "sealing.key"
    settings.HOME = str(tmp_path)


@pytest.fixture
def tool(listed, monkeypatch) -> Iterator[Tool]:
    """A tool of the plainest kind, known to the registry for this test."""
    import sys

    from throughline.connectors.kinds import registry

    monkeypatch.setattr(registry, "KINDS", (*registry.KINDS, "numbers"))
    monkeypatch.setitem(sys.modules, "throughline.connectors.kinds.numbers", numbers)
    with served(numbers.Listing().answer) as found:
        yield found


@pytest.fixture
def jira(listed, site) -> Iterator[Tool]:
    """The module's own site, served; by the end no request of it was wrong."""
    with served(site.answer) as found:
        yield found
    assert found.wrong == []
