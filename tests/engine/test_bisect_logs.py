"""What `git bisect log` prints, read; and what the name of a tag says of its release."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.introduction.bisects import is_mended, read_bisect_log
from throughline.engine.introduction.candidates import listed
from throughline.engine.introduction.releases import earlier, release_of
from throughline.engine.refusals import Refused

A, B, C, D = (letter * 40 for letter in "abcd")
LOG = f"""# bad: [{A}] it's a subject: [{D}]
# good: [{B}] another
git bisect start '--no-checkout' 'HEAD' 'v1.0' '--' 'src' 'it'\\''s here'
# status: waiting
# good: [{D}] whose command was taken out
# skip: [{C}] third
git bisect skip {C}
# bad: [{C}] tested in the end
git bisect bad {C}
# first bad commit: [{C}] third
"""


def commits(marks) -> list[str]:
    return [each.commit for each in marks]


def test_commands_count_and_the_comments_before_the_start_say_what_it_was_given():
    found = read_bisect_log(LOG, "a.log")
    assert (commits(found.new), commits(found.old), commits(found.skipped)) == ([A, C], [B], [C])
    assert [each.line for each in found.new] == [1, 9]
    assert found.first is not None
    assert (found.first.commit, found.first.line) == (C, 10)
    assert (found.paths, found.first_parent) == (("src", "it's here"), False)


def test_what_git_found_is_forgotten_where_somebody_went_on():
    assert read_bisect_log(f"{LOG}git bisect good {D}\n", "a.log").first is None


def test_a_start_without_a_dash_names_its_commits_before_its_paths():
    text = f"# bad: [{A}] x\n# good: [{B}] y\ngit bisect start HEAD v1.0 src docs\n"
    assert read_bisect_log(text, "a.log").paths == ("src", "docs")


@pytest.mark.parametrize("options", ["--term-new=slow --term-old fast", "--term-bad slow --term-good=fast"])
def test_terms_are_those_of_the_start_that_follows_them(options):
    text = f"# slow: [{A}] x\n# fast: [{B}] y\ngit bisect start {options} HEAD v1.0\ngit bisect fast {C}\n"
    found = read_bisect_log(text, "a.log")
    assert (commits(found.new), commits(found.old), found.terms) == ([A], [B, C], ("slow", "fast"))


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        ("fixed", "broken", True),
        ("done", "vulnerable", True),
        ("patched", "before", True),
        ("unaffected", "affected", True),
        ("bad", "good", False),
        ("broken", "fixed", False),
        ("unfixed", "fixed", False),
        ("slow", "fast", False),
        ("affected", "unaffected", False),
    ],
)
def test_terms_that_look_for_what_mended_it_are_known(new, old, expected):
    assert is_mended(new, old) is expected


@given(
    st.text(alphabet=st.sampled_from(f"git bisect start good bad skip #:[]'\"-\n\t{A[:7]}é\0"), max_size=200)
)
def test_whatever_is_read_it_is_a_log_or_refused(text):
    with suppress(Refused):
        found = read_bisect_log(text, "a.log")
        assert all(1 <= mark.line <= text.count("\n") + 1 for mark in found.new + found.old + found.skipped)


@pytest.mark.parametrize(
    ("tag", "family", "is_early"),
    [
        ("v1.2.3", "", False),
        ("1.2.3", "", False),
        ("v1.2.0-rc.1", "", True),
        ("v2.0.0-alpha", "", True),
        ("1.0b2", "", True),
        ("3.13.0a1", "", True),
        ("1.0.0.dev3", "", True),
        ("OpenSSL_1_1_1w", "openssl", False),
        ("curl-8_4_0", "curl", False),
        ("release-2024.01.05", "release", False),
        ("web/v1.2", "web/", False),
        ("@scope/name@1.2.3", "@scope/name", False),
        ("v1.2-enterprise", "", False),
        ("v5", "", False),
    ],
)
def test_the_name_of_a_tag_says_of_what_it_is_a_release(tag, family, is_early):
    assert (release_of(tag).family, release_of(tag).is_early) == (family, is_early)


def test_releases_of_the_same_thing_are_those_before():
    tags = ["1.0", "v1.1", "v1.2-rc1", "tools/v1.0", "nightly"]
    assert earlier("v1.2", tags) == (["1.0", "v1.1"], ["v1.2-rc1"])
    assert earlier("v1.2-rc2", tags) == (["1.0", "v1.1", "v1.2-rc1"], [])
    assert earlier("jessie", ["wheezy", "1.0"]) == (["wheezy"], [])


@given(st.lists(st.integers(0, 3), max_size=40), st.integers(2, 20))
def test_what_is_listed_is_the_heaviest_with_the_first_and_last_of_those_alike(weights, most):
    weighed = sorted(enumerate(weights), key=lambda each: -each[1])
    found = listed(weighed, most, weight=lambda each: each[1])
    assert len(found) == min(most, len(weighed))
    assert len(set(found)) == len(found)
    assert [each[1] for each in found] == [each[1] for each in weighed][: len(found)]
