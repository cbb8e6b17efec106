"""Says in one line what was skipped and why; where nothing may be skipped, a skip is a failure."""

from __future__ import annotations

import os
from collections import Counter

import pytest

NOTHING_SKIPPED = os.environ.get("THROUGHLINE_NO_SKIPS") == "1"


def _reason(report) -> str:
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ").strip()


def _refuse_skip(report) -> None:
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.longrepr = f"skipped although nothing may be: {_reason(report)}"
        report.outcome = "failed"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    _refuse_skip(report)
    return report


def pytest_terminal_summary(terminalreporter):
    skipped = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    if skipped:
        told = "; ".join(f"{count} because {reason}" for reason, count in skipped.items())
        terminalreporter.write_line(f"Skipped: {told}.")
