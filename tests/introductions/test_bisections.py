"""Bisections that somebody did: the first commit with the flaw, or those that may still be it."""

from __future__ import annotations

import random
import re

import pytest
from tests.introductions.asking import dates, introduced, one
from tests.introductions.bisections import bisected
from tests.introductions.history import History, git, on

DAYS = range(1, 17)
ABSENT = "1234567890" * 4


@pytest.fixture(scope="module")
def line(tmp_path_factory) -> History:
    """Sixteen commits in a row, d1 to d16, of which every fifth changes b.c."""
    made = History(tmp_path_factory.mktemp("line") / "clone")
    for day in DAYS:
        made.commit(f"d{day}", day, {"a.c": f"{day}\n", "b.c": f"{day // 5}\n"})
    made.write()
    git(made.folder, "tag", "v1.0", made.ids["d3"])
    return made


@pytest.fixture(scope="module")
def merged(tmp_path_factory) -> History:
    """A branch with three commits, of which the second has the flaw, merged on day 8."""
    made = History(tmp_path_factory.mktemp("merged") / "clone")
    made.commit("begin", 1, {"a.c": "1\n"})
    made.commit("main2", 2, {"a.c": "2\n"})
    made.commit("side3", 3, {"b.c": "1\n"}, branch="side", parents=["begin"])
    made.commit("side4", 4, {"b.c": "flaw\n"}, branch="side")
    made.commit("main5", 5, {"a.c": "5\n"}, parents=["main2"])
    made.commit("side6", 6, {"b.c": "flaw, more\n"}, branch="side", parents=["side4"])
    made.commit("main7", 7, {"a.c": "7\n"}, parents=["main5"])
    made.commit("merge", 8, {"b.c": "flaw, more\n"}, parents=["main7", "side6"])
    made.commit("main9", 9, {"a.c": "9\n"})
    return made.write()


FROM_ELEVEN = [f"d{day}" for day in DAYS if day >= 11]
OF_MERGED = ["side4", "side6", "merge", "main9"]


def ran(made: History, *logs, words=("--json",)):
    return introduced(made, *(word for log in logs for word in ("--bisect", str(log))), *words)


def of_log(made: History, log) -> dict:
    return one(made, "--bisect", str(log))


def named(made: History, found: dict) -> dict[str, float]:
    names = {id: name for name, id in made.ids.items()}
    return {names[each["commit"]]: each["weight"] for each in found["candidates"]}


def written(tmp_path, made: History, *rows: str):
    """A log with names of commits in braces."""
    log = tmp_path / "bisect.log"
    log.write_text("".join(f"{row.format(**made.ids)}\n" for row in ("git bisect start", *rows)))
    return log


@pytest.mark.parametrize("first", range(2, 17))
def test_a_finished_bisection_is_the_day_of_its_commit(line, tmp_path, first):
    bad = [f"d{day}" for day in DAYS if day >= first]
    found = of_log(line, bisected(line, tmp_path / "flaw.log", bad=bad, between=("d1", "d16")))
    assert dates(found) == (on(first), on(first), on(first))
    assert (found["kind"], found["subject"], found["log"]) == ("bisect", "flaw.log", "flaw.log")
    assert (found["basis"], found["method"], found["first_bad"]) == (
        "inferred",
        "bisect",
        line.ids[f"d{first}"],
    )
    assert found["notes"] == []


def test_where_what_is_left_was_skipped_any_of_it_may_be_the_first(line, tmp_path):
    skip = ["d9", "d10", "d11", "d12"]
    found = of_log(
        line, bisected(line, tmp_path / "a.log", bad=FROM_ELEVEN, skip=skip, between=("d1", "d16"))
    )
    assert dates(found) == (on(9), on(11), on(13))
    assert named(line, found) == dict.fromkeys(["d9", "d10", "d11", "d12", "d13"], 1)
    assert found["first_bad"] is None
    assert "only skipped commits are left to test: any of 5 commits" in found["notes"][0]


def test_skips_that_did_not_matter_leave_it_exact(line, tmp_path):
    log = bisected(line, tmp_path / "a.log", bad=FROM_ELEVEN, skip=["d8", "d9"], between=("d1", "d16"))
    assert dates(of_log(line, log)) == (on(11), on(11), on(11))


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
def test_an_unfinished_one_leaves_an_interval_in_which_the_flaw_lies(line, tmp_path, steps):
    found = of_log(
        line, bisected(line, tmp_path / "a.log", bad=FROM_ELEVEN, between=("d1", "d16"), steps=steps)
    )
    oldest, likeliest, newest = dates(found)
    assert oldest <= on(11) <= newest
    assert oldest <= likeliest <= newest
    n = len(found["candidates"])
    assert n == {0: 15, 1: 8, 2: 4, 3: 2}[steps]
    assert f"is not finished: any of {n} commits may be the first" in found["notes"][0]


@pytest.mark.parametrize(("first", "day"), [("side4", 4), ("merge", 8), ("main7", 7)])
def test_it_is_followed_into_merged_branches(merged, tmp_path, first, day):
    held = {"side4": OF_MERGED, "merge": ["merge", "main9"], "main7": ["main7", "merge", "main9"]}
    found = of_log(merged, bisected(merged, tmp_path / "a.log", bad=held[first], between=("begin", "main9")))
    assert dates(found) == (on(day), on(day), on(day))
    assert found["first_bad"] == merged.ids[first]


def test_along_first_parents_what_the_merge_brought_bounds_the_interval(merged, tmp_path):
    log = bisected(
        merged, tmp_path / "a.log", bad=OF_MERGED, between=("begin", "main9"), start=["--first-parent"]
    )
    found = of_log(merged, log)
    assert dates(found) == (on(3), on(8), on(8))
    assert named(merged, found) == {"merge": 1, "side3": 0, "side4": 0, "side6": 0}
    assert "first parents only" in found["notes"][0]


def test_only_commits_of_the_paths_that_were_looked_at_are_left(line, tmp_path):
    log = bisected(
        line, tmp_path / "a.log", bad=FROM_ELEVEN, between=("d1", "d16"), start=["--", "b.c"], steps=0
    )
    found = of_log(line, log)
    assert set(named(line, found)) == {"d5", "d10", "d15"}
    assert "only commits that touch b.c were looked at" in found["notes"][1]


def test_patterns_of_paths_are_not_read_and_what_git_found_is_believed(line, tmp_path):
    bad = [f"d{day}" for day in DAYS if day >= 10]
    log = bisected(line, tmp_path / "a.log", bad=bad, between=("d1", "d16"), start=["--", "b*"])
    found = of_log(line, log)
    assert (found["first_bad"], found["introduced"]) == (line.ids["d10"], on(10))
    assert "such paths are not read here" in found["notes"][0]


@pytest.mark.parametrize("path", ["../x", "/etc", "", ":(top)b.c", "--all"])
def test_no_path_of_a_log_leads_astray(line, tmp_path, path):
    log = tmp_path / "a.log"
    marks = "git bisect bad {d5}\ngit bisect good {d1}\n".format(**line.ids)
    log.write_text(f"git bisect start -- '{path}'\n{marks}")
    assert len(of_log(line, log)["candidates"]) == (0 if path == "--all" else 4)


def test_other_terms_are_read_and_what_they_are_taken_to_mean_is_said(line, tmp_path):
    log = bisected(line, tmp_path / "a.log", bad=FROM_ELEVEN, between=("d1", "d16"), terms=("slow", "fast"))
    found = of_log(line, log)
    assert found["introduced"] == on(11)
    assert found["notes"] == ["its term 'slow' is taken to mean that the flaw is there"]


def test_a_log_of_what_mended_it_is_refused_with_the_fix_to_ask_of(line, tmp_path):
    log = bisected(
        line, tmp_path / "a.log", bad=FROM_ELEVEN, between=("d1", "d16"), terms=("fixed", "broken")
    )
    done = ran(line, log)
    assert done.exit_code == 2
    assert f"ask --fix {line.ids['d11'][:12]}" in done.stderr


def test_commits_that_the_start_was_given_are_those_of_its_comments_since_branches_move(line, tmp_path):
    log = tmp_path / "a.log"
    rows = (
        "# bad: [{d12}] d12",
        "# good: [{d3}] d3",
        "git bisect start 'HEAD' 'v1.0'",
        "git bisect good {d11}",
    )
    log.write_text("\n".join(rows).format(**line.ids))
    assert of_log(line, log)["introduced"] == on(12)


def test_without_comments_tags_and_short_hashes_are_read_and_nothing_that_moves(line, tmp_path):
    log = written(tmp_path, line, "git bisect good v1.0", f"git bisect bad {line.ids['d4'][:10]}")
    assert of_log(line, log)["introduced"] == on(4)
    done = ran(line, written(tmp_path, line, "git bisect good v1.0", "git bisect bad HEAD"))
    assert (done.exit_code, "'HEAD' is no hash and no tag of this clone" in done.stderr) == (2, True)


def test_a_commit_that_was_skipped_and_tested_later_is_tested(line, tmp_path):
    rows = ("git bisect bad {d5}", "git bisect good {d3}", "git bisect skip {d4}", "git bisect good {d4}")
    assert dates(of_log(line, written(tmp_path, line, *rows))) == (on(5), on(5), on(5))


def test_bad_commits_of_several_branches_leave_what_they_share(merged, tmp_path):
    found = of_log(merged, written(tmp_path, merged, "git bisect bad {main7}", "git bisect bad {side6}"))
    assert set(named(merged, found)) == {"begin"}
    assert "no commit is marked good" in found["notes"][0]


def test_a_good_commit_of_another_branch_leaves_the_oldest_open_until_where_they_part_was_tested(
    merged, tmp_path
):
    rows = ("git bisect bad {side6}", "git bisect good {main7}")
    found = of_log(merged, written(tmp_path, merged, *rows))
    assert dates(found) == (None, on(4), on(6))
    assert "the flaw may be older than that" in found["notes"][1]
    tested = of_log(merged, written(tmp_path, merged, *rows, "git bisect good {begin}"))
    assert tested["oldest"] == on(3)


def test_without_a_bad_commit_nothing_is_known(line, tmp_path):
    found = of_log(line, written(tmp_path, line, "git bisect good {d3}"))
    assert (found["introduced"], found["basis"], found["candidates"]) == (None, "unknown", [])
    assert found["notes"] == ["no commit is marked bad yet: nothing says where the flaw is"]


def test_without_a_good_commit_it_reaches_back_to_the_first(line, tmp_path):
    found = of_log(line, written(tmp_path, line, "git bisect bad {d3}"))
    assert dates(found) == (on(1), on(2), on(3))
    assert "may be older than the repository" in found["notes"][2]


def test_a_shallow_clone_does_not_know_the_oldest(line, tmp_path):
    git(tmp_path, "clone", "--quiet", "--depth=5", f"file://{line.folder}", "cut")
    found = of_log(History(tmp_path / "cut"), written(tmp_path, line, "git bisect bad {d14}"))
    assert dates(found) == (None, on(13), on(14))
    assert "git fetch --unshallow" in found["notes"][2]


@pytest.mark.parametrize(
    ("rows", "place", "said"),
    [
        ([f"git bisect bad {ABSENT}", f"git bisect good {ABSENT[::-1]}"], 2,
         "the clone has no commit 123456789012, which is marked bad, and 1 more that the log names: fetch"),
        (["git bisect bad {d3}", "git bisect good {d9}"], 2, "which came after it, good (line 3)"),
        (["git bisect bad {d9}", "git bisect bad {d2}", "git bisect good {d5}"], 3,
         "which came after it, good (line 4)"),
        (["git bisect bad {d9}", "git bisect good {d9}"], 3, "is marked good here and bad in line 2"),
        (["git bisect bad {d9}", "git bisect good {d7}", "# first bad commit: [{d3}] d3"], 4,
         "is the first bad commit, and its marks rule that out"),
        (["git bisect bad {d9}", "git bisect good {d5}", "# first bad commit: [{d8}] d8"], 4,
         "its marks leave 4 commits"),
        (["git bisect new {d9}", "git bisect old {d5}"], 2, "its terms are old and new"),
        (["git bisect wobbly {d9}"], 2, "expected good, bad or skip, found 'wobbly'"),
        (["git bisect bad"], 2, "expected a commit after 'bad'"),
        (["git bisect bad 'x"], 2, "a quote is opened"),
        (["git bisect start"], 2, "a second bisection begins here, the first in line 1"),
        (["Bisecting: 3 revisions left"], 2, "expected a line of a bisect log"),
    ],
)  # fmt: skip
def test_a_log_that_cannot_be_is_refused_in_one_sentence_with_its_line(line, tmp_path, rows, place, said):
    log = written(tmp_path, line, *rows)
    done = ran(line, log)
    assert done.exit_code == 2
    assert done.stderr.startswith(f"Error: --bisect {log}, line {place}: ")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_bad_commits_that_share_nothing_are_refused(tmp_path):
    made = History(tmp_path / "clone")
    made.commit("begin", 1, {"a.c": "1\n"})
    made.commit("here", 2, {"a.c": "2\n"})
    made.commit("there", 3, {"b.c": "3\n"}, branch="side", parents=["begin"])
    made.write()
    rows = ("git bisect bad {here}", "git bisect bad {there}", "git bisect good {begin}")
    done = ran(made, written(tmp_path, made, *rows))
    assert (done.exit_code, "share no commit that could have brought the flaw in" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file"),
        (b"\n", "it is empty"),
        (b"\xff\xfe\x00\x01", "expected a line of a bisect log"),
        (b"# " + b"x" * 5_000_000, "it is larger than 5 MB"),
        (b"git bisect skip" + b" abcdef1" * 20_001, "at most 20,000 skipped commits"),
        (b"git bisect good" + b" abcdef1" * 1_001, "at most 1,000 tested commits"),
    ],
    ids=["missing", "empty", "no text", "too large", "too many skips", "too many tests"],
)  # fmt: skip
def test_a_file_that_is_no_log_is_refused(line, tmp_path, content, said):
    log = tmp_path / "a.log"
    if content is not None:
        log.write_bytes(content)
    done = ran(line, log)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert said in done.stderr


def test_a_folder_is_no_log_and_what_a_windows_shell_writes_is_one(line, tmp_path):
    assert "it is a folder" in ran(line, tmp_path).stderr
    log = written(tmp_path, line, "git bisect bad {d5}", "git bisect good {d4}")
    log.write_bytes(log.read_text().replace("\n", "\r\n").encode("utf-16"))
    assert of_log(line, log)["introduced"] == on(5)


def test_more_candidates_than_are_listed_are_listed_evenly(tmp_path):
    made = History(tmp_path / "clone")
    for day in range(1, 502):
        made.commit(f"d{day}", day, {"a.c": f"{day}\n"})
    made.write()
    found = of_log(made, written(tmp_path, made, "git bisect bad {d501}", "git bisect good {d1}"))
    assert dates(found) == (on(2), on(251), on(501))
    listed = [each["date"] for each in found["candidates"]]
    assert (len(listed), listed[0], listed[-1]) == (200, on(2), on(501))
    assert found["notes"][-1] == "300 candidates are left out of the list, evenly through their time"


def test_for_a_person_it_stands_in_the_table_and_several_are_asked_at_once(line, tmp_path):
    log = bisected(line, tmp_path / "a.log", bad=FROM_ELEVEN, between=("d1", "d16"), steps=2)
    other = bisected(line, tmp_path / "b.log", bad=["d16"], between=("d1", "d16"))
    done = ran(line, log, other, words=())
    assert done.exit_code == 0
    assert [row.split()[0] for row in done.stdout.splitlines()[1:3]] == ["a.log", "b.log"]
    assert "is not finished" in done.stdout


@pytest.mark.parametrize("seed", range(8))
def test_in_histories_of_any_shape_what_is_left_is_what_git_says_and_holds_the_flaw(tmp_path, seed):
    rng, made = random.Random(seed), History(tmp_path / "clone")
    held: dict[str, set[str]] = {}
    for day in range(1, 21):
        before = [f"d{each}" for each in range(1, day)]
        parents = rng.sample(before, min(len(before), rng.choice([1, 1, 2])))
        # Nothing is lost: the last commit holds all that no other one does.
        if day == 20:
            parents = [each for each in before if not any(each in held[other] - {other} for other in before)]
        made.commit(f"d{day}", day, {f"{day}.c": "x\n"}, parents=parents)
        held[f"d{day}"] = {f"d{day}"}.union(*(held[each] for each in parents))
    made.write()
    first = rng.choice([f"d{day}" for day in range(2, 21)])
    bad, skip = [each for each in held if first in held[each]], rng.sample([*held], 4)
    log = bisected(
        made, tmp_path / "a.log", bad=bad, skip=skip, between=("d1", "d20"), steps=rng.randint(2, 20)
    )
    found = of_log(made, log)
    left = set(named(made, found))
    assert first in left
    said = re.findall(r"first bad commit: \[(\w+)\]", log.read_text())
    assert not said or {made.ids[each] for each in left} == set(said)
