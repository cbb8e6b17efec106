"""Bandit's reports."""

from __future__ import annotations

import pytest
from tests.sources.reports.scans import SCANS, differences, findings_of, named, shaken


@pytest.mark.parametrize("name", named("bandit"))
def test_real_reports_are_read_as_expected(name):
    assert list(differences(name, findings_of(name))) == []


def test_the_flagged_code_is_known_again_after_its_lines_moved():
    before = (SCANS / "bandit/one_vuln.json").read_bytes()
    [old], [new] = findings_of(before), findings_of(shaken(before))
    assert old.line != new.line
    assert old.keys() == new.keys()
