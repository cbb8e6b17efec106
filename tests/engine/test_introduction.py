"""What is made of candidates, messages, patches and lines; and which evidence goes before which."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.engine.introduction.blame import read_blame
from throughline.engine.introduction.candidates import Candidate, estimated, first_of, weighted_median
from throughline.engine.introduction.evidence import Evidence, evidence_of, may_replace
from throughline.engine.introduction.holdings import State, spell_at, spells
from throughline.engine.introduction.hunks import read_patch
from throughline.engine.introduction.lines import carries, is_code, likeness
from throughline.engine.introduction.trailers import read_trailers


def on(day: int) -> datetime:
    return datetime(2024, 1, day, tzinfo=UTC)


def candidate(day: int, weight: float) -> Candidate:
    return Candidate(f"{day:040}", on(day), weight)


@given(st.dictionaries(st.integers(1, 31), st.integers(0, 9)).filter(lambda found: any(found.values())))
def test_the_weighted_median_is_the_median_of_the_lines(weights):
    lines = sorted(day for day, weight in weights.items() for _ in range(weight))
    found = estimated([candidate(day, weight) for day, weight in weights.items()], Evidence.TRACED_BLAME)
    assert found.introduced == on(lines[(len(lines) - 1) // 2])
    assert (found.oldest, found.newest) == (on(min(weights)), on(max(weights)))


def test_candidates_without_weight_bound_the_interval_and_decide_nothing():
    found = estimated([candidate(9, 0), candidate(5, 1), candidate(2, 0)], Evidence.TRACED_BLAME)
    assert (found.oldest, found.introduced, found.newest) == (on(2), on(5), on(9))
    assert estimated([candidate(9, 0)], Evidence.TRACED_BLAME).introduced is None
    with pytest.raises(ValueError, match="nothing weighs"):
        weighted_median([])


def test_of_several_that_are_known_it_is_the_oldest():
    found = first_of([candidate(7, 1), candidate(3, 1)], Evidence.TRAILER)
    assert (found.introduced, found.newest) == (on(3), on(7))


def test_what_a_shallow_clone_begins_with_has_no_oldest():
    found = estimated([candidate(5, 1)], Evidence.FLAGGED_LINE, is_cut=True)
    assert (found.oldest, found.introduced) == (None, on(5))


def test_evidence_goes_in_the_stated_order():
    order = ["traced blame", "flagged line", "lockfile history", "advisory range", "bisect"]
    ranks = [evidence_of("inferred", each) for each in order]
    assert ranks == sorted(ranks)
    trailer, person = evidence_of("reported", "trailer"), evidence_of("manual")
    assert ranks[-1] < trailer < person
    assert may_replace(trailer, ranks[-1])
    assert not may_replace(ranks[-1], trailer)
    assert not may_replace(trailer, evidence_of("reported"))


@given(st.sampled_from(Evidence), st.sampled_from(Evidence))
def test_nothing_worse_replaces_anything(new, old):
    assert may_replace(new, old) == (new >= old and new is not Evidence.UNKNOWN)


def test_issues_and_addresses_are_no_commits():
    message = (
        "Mend\n\nFixes: #123\nFixes #1234567\nFixes: https://example.org/1\nCloses: 1234567890\n"
        'fixes: ABCDEF1234567 ("x")\nIntroduced-in: -x\nIntroduced-in: curl-7_10.\n'
    )
    assert [(each.name, each.revision) for each in read_trailers(message)] == [
        ("Fixes", "ABCDEF1234567"),
        ("Introduced-in", "curl-7_10"),
    ]


PATCH = b"""diff --git a/a b.c b/a b.c
index 1..2 100644
--- a/a b.c\t
+++ b/a b.c\t
@@ -3,2 +3 @@ int main
--- a/evil
-two
++++ b/evil
@@ -9,0 +9,2 @@
+x
+y
\\ No newline at end of file
diff --git a/gone.c b/gone.c
deleted file mode 100644
--- a/gone.c
+++ /dev/null
@@ -1 +0,0 @@
-last
diff --git "a/t\\303\\244.c" "b/t\\303\\244.c"
Binary files differ
"""


def test_a_patch_is_read_by_its_counts_whatever_its_lines_look_like():
    first, gone = read_patch(PATCH)
    assert (first.old_path, first.new_path) == ("a b.c", "a b.c")
    assert [(hunk.old, hunk.new) for hunk in first.hunks] == [
        (("-- a/evil", "two"), ("+++ b/evil",)),
        ((), ("x", "y")),
    ]
    assert [hunk.old_start for hunk in first.hunks] == [3, 9]
    assert (gone.old_path, gone.new_path) == ("gone.c", None)


@given(st.binary(max_size=300))
def test_any_bytes_are_no_patch_or_one(content):
    assert isinstance(read_patch(content), list)


def test_blame_keeps_the_paths_of_a_commit_apart():
    commit, parent = "a" * 40, "b" * 40
    said = (
        f"{commit} 3 1 1\nauthor A\ncommitter-time 1704067200\nsummary filename x\n"
        f'previous {parent} "o\\tld.c"\nfilename one.c\n\tfirst\n'
        f"{commit} 4 2 1\nfilename two.c\n\t\tsecond\n"
    )
    first, second = read_blame(said.encode())
    assert (first.line, first.line_then, first.path, first.previous) == (1, 3, "one.c", (parent, "o\tld.c"))
    assert (second.path, second.previous, second.text, second.date) == ("two.c", None, "\tsecond", on(1))


@pytest.mark.parametrize(
    ("line", "path", "is_kept"),
    [
        ("*p = 0;", "a.c", True),
        ("* of it", "a.c", False),
        ("# why", "a.py", False),
        ("#include <a.h>", "a.c", True),
        ("-- why", "a.sql", False),
        ("--n;", "a.c", True),
        ("});", "a.js", False),
        ("", "a.c", False),
    ],
)
def test_blank_lines_comments_and_brackets_carry_nothing(line, path, is_kept):
    assert carries(line, path) == is_kept


def test_a_line_is_like_one_that_it_was_made_from():
    assert likeness("if (a < most)", "if (a <= most)") > 0.75
    assert likeness("if (a < most)", "return look_up(name);") < 0.75


def test_tests_and_documents_are_no_code():
    assert is_code("lib/a.c")
    assert is_code("latest/a.c")
    assert not any(is_code(each) for each in ("a/tests/b.c", "CHANGES.md", "test_a.py"))


def test_the_spell_in_which_something_was_found_is_the_last_that_had_begun():
    days = {1: "x", 3: "", 5: "x", 7: ""}
    held = spells(State(str(day), on(day), frozenset(versions)) for day, versions in days.items())
    found = [spell_at(held, on(day)) for day in (2, 4, 6, 9)]
    assert [each.begin.date.day if each else None for each in found] == [1, 1, 5, 5]
