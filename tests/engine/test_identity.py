"""Which finding of a later scan is which of an earlier one."""

from __future__ import annotations

import pytest

from throughline.engine.identity import Gathered, keys_of, match, packed


def sides(cve, *versions):
    gathered = Gathered()
    for version in versions:
        keys = keys_of(rule=cve, ids=[cve], component="lodash", version=version, artefact="yarn.lock")
        gathered.add(packed(keys), 0)
    return gathered.sides()


# What is asked first must not hang on the hash of a key: one of these would show it.
CVES = [f"CVE-2024-{number}" for number in range(1000, 1030)]


@pytest.mark.parametrize("cve", CVES)
def test_of_two_versions_of_a_package_the_one_that_stays_is_the_one_that_stays(cve):
    assert match(sides(cve, "1.0", "2.0"), sides(cve, "2.0")).tolist() == [1]
    assert match(sides(cve, "2.0", "1.0"), sides(cve, "2.0")).tolist() == [0]


@pytest.mark.parametrize("cve", CVES)
def test_a_package_in_another_version_is_known_again_once_the_others_are_settled(cve):
    assert match(sides(cve, "1.0", "2.0"), sides(cve, "2.0", "1.1")).tolist() == [1, 0]
