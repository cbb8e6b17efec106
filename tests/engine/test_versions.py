"""Versions in the order of their ecosystems, and what advisories say of them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from throughline.engine.introduction.versions import python, semver
from throughline.engine.introduction.versions.advisories import is_affected, read_advisory

NUMBER = st.integers(0, 30).map(str)
RELEASE = st.lists(NUMBER, min_size=1, max_size=4).map(".".join)
PART = {
    "epoch": st.sampled_from(["", "", "1!", "0!"]),
    "pre": st.sampled_from(["", "", "a1", ".beta2", "-rc.3", "c4", "_preview5", "alpha"]),
    "post": st.sampled_from(["", "", ".post1", "-2", "rev3", ".r4", "post"]),
    "dev": st.sampled_from(["", "", ".dev1", "-dev2", "dev"]),
    "local": st.sampled_from(["", "", "+abc", "+1", "+1.abc", "+abc.2", "+10"]),
}
VERSION = st.tuples(PART["epoch"], RELEASE, PART["pre"], PART["post"], PART["dev"], PART["local"]).map(
    "".join
)


@given(VERSION, VERSION)
def test_versions_of_pypi_are_ordered_as_packaging_orders_them(one, other):
    ours, theirs = (python.key(one), python.key(other)), (Version(one), Version(other))
    assert (ours[0] < ours[1], ours[0] == ours[1]) == (theirs[0] < theirs[1], theirs[0] == theirs[1])


def test_versions_of_npm_are_in_the_order_of_the_specification():
    # https://semver.org/#spec-item-11
    order = ["alpha", "alpha.1", "alpha.beta", "beta", "beta.2", "beta.11", "rc.1"]
    versions = [*(f"1.0.0-{part}" for part in order), "1.0.0"]
    assert sorted(sorted(versions), key=semver.key) == versions


def test_pseudo_versions_of_go_are_before_the_release_that_they_lead_to():
    released, later, sooner = (
        "0.1.0",
        "0.0.0-20210101000000-abcdefabcdef",
        "0.0.0-20190101000000-abcdefabcdef",
    )
    assert sorted([released, later, sooner], key=semver.key) == [sooner, later, released]


@pytest.mark.parametrize("text", ["", "latest", "1.x", "file:../a", "1.0.0.0.0-"])
def test_what_is_no_version_is_no_version(text):
    with pytest.raises(ValueError, match="is no version"):
        semver.key(text)


@given(st.text(alphabet="0189.-_+!vabrcpostdev ", max_size=30))
def test_any_text_is_a_version_or_refused(text):
    for key in (python.key, semver.key):
        with suppress(ValueError):
            assert key(text) == key(text)


def affected(*events, ecosystem="npm", versions=(), kind="SEMVER", **more):
    package = {"ecosystem": ecosystem, "name": "a"}
    one = {"package": package, "ranges": [{"type": kind, "events": list(events)}], "versions": list(versions)}
    [found] = read_advisory({"id": "X-1", "affected": [{**one, **more}]}).affected
    return found


def versions_of(told, candidates):
    return [each for each in candidates.split() if is_affected(each, told)]


def test_a_range_may_begin_and_end_several_times():
    events = [{"introduced": "1.0.0"}, {"fixed": "1.2.0"}, {"introduced": "2.0.0"}, {"fixed": "2.1.0"}]
    told = affected(*events[::-1])
    assert versions_of(told, "0.9.0 1.0.0 1.1.9 1.2.0 2.0.0-rc.1 2.0.0 2.0.9 2.1.0") == [
        *("1.0.0", "1.1.9", "2.0.0", "2.0.9")
    ]


def test_a_range_without_an_end_goes_on():
    assert versions_of(affected({"introduced": "0"}), "0.0.0-a 0.0.1 99.0.0") == [
        "0.0.0-a",
        "0.0.1",
        "99.0.0",
    ]


def test_the_last_affected_version_is_affected():
    told = affected({"introduced": "0"}, {"last_affected": "1.4.0"})
    assert versions_of(told, "1.3.9 1.4.0 1.4.1") == ["1.3.9", "1.4.0"]


def test_the_last_version_that_github_knows_of_ends_a_range_without_an_end():
    known = {"last_known_affected_version_range": "<= 1.4.0"}
    told = affected({"introduced": "0"}, database_specific=known)
    assert versions_of(told, "1.4.0 1.4.1") == ["1.4.0"]


def test_a_listed_version_is_affected_whatever_its_ranges_say():
    told = affected({"introduced": "2"}, ecosystem="PyPI", versions=["1.0"], kind="ECOSYSTEM")
    assert versions_of(told, "1.0 1.1 2.0.post1") == ["1.0", "2.0.post1"]


def test_commits_say_nothing_of_versions():
    told = affected({"introduced": "0"}, kind="GIT")
    assert versions_of(told, "1.0.0") == []


def test_other_ecosystems_and_broken_members_are_left_out():
    document = {
        "id": "X-1",
        "affected": [7, {"package": 3}, {"package": {"ecosystem": "Debian:12", "name": "a"}}],
    }
    assert read_advisory(document).affected == ()
    with pytest.raises(ValueError, match="no OSV advisory"):
        read_advisory([])
