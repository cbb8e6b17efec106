"""Flagged lines and fixes of a repository whose history is known."""

from __future__ import annotations

import json
import shutil
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.introductions.asking import asked, dates, introduced, one
from tests.introductions.history import START, History, git, on

from throughline.cli import main

BEGIN = """#include <string.h>

int login(char *given)
{
    return look_up(given);
}
"""
FLAW = """#include <string.h>

int login(char *given)
{
    char name[16];
    strcpy(name, given);
    return look_up(name);
}
"""
MORE = FLAW.replace("#include <string.h>\n", "#include <string.h>\n#include <stdio.h>\n#include <errno.h>\n")
LAYOUT = MORE.replace("    strcpy(name, given);", "\tstrcpy( name,  given );")
SIMILAR = LAYOUT.replace("strcpy( name,  given );", "strcpy( name,  given_name );")
# The function goes to a file of its own, where everything around it is new.
FUNCTION = SIMILAR[SIMILAR.index("int login") :]
MOVED = "/* Names. */\n" + FUNCTION.replace("int login", "int logged_in_as")
FIXED = MOVED.replace("strcpy( name,  given_name );", 'snprintf(name, sizeof name, "%s", given_name);')
CHECKED = FIXED.replace("    return look_up", "    if (!*name)\n        return -1;\n    return look_up")
LIMITS = "int most = 10;\nint least = 1;\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> History:
    made = History(tmp_path_factory.mktemp("shop") / "clone")
    made.commit("begin", 1, {"src/login.c": BEGIN})
    made.commit("flaw", 2, {"src/login.c": FLAW})
    made.commit("more", 3, {"src/login.c": MORE})
    made.commit("layout", 4, {"src/login.c": LAYOUT})
    made.commit("rename", 5, {}, moved={"src/login.c": "src/auth/login.c"})
    made.commit("side", 6, {"src/limits.c": LIMITS}, branch="side", parents=["rename"])
    made.commit("other", 7, {"README": "A shop.\n"}, parents=["rename"])
    made.commit("merge", 8, {"src/limits.c": LIMITS}, parents=["other", "side"])
    made.commit("similar", 9, {"src/auth/login.c": SIMILAR})
    made.commit("move", 10, {"src/auth/login.c": "#include <string.h>\n", "src/auth/names.c": MOVED})
    made.commit("fix", 11, {"src/auth/names.c": FIXED}, message="Copy no more than fits")
    made.commit("check", 12, {"src/auth/names.c": CHECKED}, message="Refuse an empty name")
    made.write()
    trailer = f'Raise the limit\n\nFixes: {made.ids["side"][:12]} ("side")\nFixes: #12\n'
    raised = f"from {made.ids['check']}\n"
    made.ids["named"] = _added(made, 13, raised, trailer, LIMITS.replace("10", "20"))
    released = "Lower it again\n\nIntroduced-in: v1.0\n"
    git(made.folder, "tag", "v1.0", made.ids["flaw"])
    made.ids["tagged"] = _added(made, 14, f"from {made.ids['named']}\n", released, LIMITS)
    return made


def _added(made: History, day: int, parent: str, message: str, content: str) -> str:
    """One more commit, whose message names one that had to be written first."""
    who = f"A. Person <a@example.org> {int(START.timestamp()) + (day - 1) * 86_400} +0000"
    stream = (
        f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {len(message)}\n{message}\n{parent}"
    )
    stream += f"M 100644 inline src/limits.c\ndata {len(content)}\n{content}\n"
    git(made.folder, "fast-import", "--quiet", given=stream.encode())
    return git(made.folder, "rev-parse", "main")


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("revision", "file", "text"),
    [
        ("flaw", "src/login.c", FLAW),
        ("more", "src/login.c", MORE),
        ("layout", "src/login.c", LAYOUT),
        ("rename", "src/auth/login.c", LAYOUT),
        ("merge", "src/auth/login.c", LAYOUT),
    ],
)
def test_a_flagged_line_is_from_the_commit_that_wrote_it(shop, revision, file, text):
    finding = f"{file}:{line_of(text, 'strcpy')}@{shop.ids[revision]}"
    found = one(shop, "--finding", finding)
    assert dates(found) == (on(2), on(2), on(2))
    assert [each["commit"] for each in found["candidates"]] == [shop.ids["flaw"]]
    assert (found["subject"], found["basis"], found["method"]) == (finding, "inferred", "flagged line")


def test_a_line_that_was_reworded_is_from_the_commit_that_did_so(shop):
    found = one(shop, "--finding", f"src/auth/login.c:{line_of(SIMILAR, 'strcpy')}@{shop.ids['similar']}")
    assert found["introduced"] == on(9)


def test_a_line_that_was_moved_into_another_file_is_not_from_the_commit_that_moved_it(shop):
    found = one(shop, "--finding", f"src/auth/names.c:{line_of(MOVED, 'strcpy')}@{shop.ids['move']}")
    assert found["introduced"] == on(9)


def test_a_line_of_a_merged_branch_is_from_the_branch(shop):
    assert one(shop, "--finding", "src/limits.c:2@main")["introduced"] == on(6)


def test_a_line_without_a_revision_is_that_of_head(shop):
    assert one(shop, "--finding", "README:1")["introduced"] == on(7)


def test_a_fix_is_traced_through_moves_layout_and_small_changes_which_bound_the_interval(shop):
    found = one(shop, "--fix", shop.ids["fix"])
    assert dates(found) == (on(2), on(2), on(9))
    weights = {each["commit"]: each["weight"] for each in found["candidates"]}
    assert weights == {shop.ids["flaw"]: 1, shop.ids["similar"]: 0}
    assert (found["basis"], found["method"], found["fix"]) == ("inferred", "traced blame", shop.ids["fix"])


def test_a_fix_that_only_adds_lines_is_traced_by_those_around_them_and_says_so(shop):
    found = one(shop, "--fix", shop.ids["check"])
    oldest, likeliest, newest = map(datetime.fromisoformat, dates(found))
    assert oldest <= likeliest <= newest
    assert "the lines around those that it adds are traced instead" in found["notes"][0]


def test_a_fix_that_names_the_commit_it_mends_is_believed(shop):
    found = one(shop, "--fix", shop.ids["named"])
    assert dates(found) == (on(6), on(6), on(6))
    assert (found["basis"], found["method"]) == ("reported", "trailer")


def test_a_fix_may_name_a_release(shop):
    assert one(shop, "--fix", "main")["introduced"] == on(2)


def test_subjects_are_answered_in_the_order_in_which_they_are_asked(shop):
    found = asked(shop, "--finding", "README:1@main", "--fix", "main", "--fix", shop.ids["fix"])
    assert [each["kind"] for each in found] == ["fix", "fix", "finding"]
    assert all(
        {"subject", "introduced", "oldest", "newest", "basis", "candidates"} <= set(each) for each in found
    )


def test_what_the_first_commit_held_may_be_older_and_that_is_said(shop):
    found = one(shop, "--finding", f"src/login.c:3@{shop.ids['begin']}")
    assert found["introduced"] == found["oldest"] == on(1)
    assert "may be older than the repository" in found["notes"][0]


def test_a_shallow_clone_does_not_claim_to_know_the_oldest(shop, tmp_path):
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{shop.folder}", "cut")
    cut = History(tmp_path / "cut")
    found = one(cut, "--finding", "src/limits.c:2@HEAD")
    assert (found["oldest"], found["introduced"]) == (None, on(14))
    assert "shallow" in found["notes"][0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fix", "nothing"], "--fix: the clone has no commit 'nothing': look for a typo, or fetch"),
        (["--fix", "--upload-pack=x"], "the clone has no commit '--upload-pack=x'"),
        (["--finding", "README:1@nothing"], "the clone has no commit 'nothing'"),
        (["--finding", "README:2@main"], "'README' has 1 lines at main, there is no line 2"),
        (["--finding", "NOTHING:1@main"], "there is no file 'NOTHING' at main"),
        (["--finding", "src:1@main"], "there is no file 'src' at main"),
        (["--finding", "README"], "expected FILE:LINE@REV"),
        (["--lockfiles"], "--advisories DIR"),
        (["--lockfiles", "--advisories", "nowhere"], "there is no such folder"),
        ([], "say what to ask"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(shop, words, said):
    answer = introduced(shop, *words)
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize("folder", ["nothing", "src"])
def test_a_folder_without_a_repository_is_refused_even_inside_one(shop, folder):
    inside = shop.folder / "src"
    inside.mkdir(exist_ok=True)
    answer = CliRunner().invoke(main, ["introduced", "--repo", str(shop.folder / folder), "--fix", "main"])
    assert answer.exit_code == 2
    assert ("no git repository" in answer.stderr) == (folder == "src")


def test_a_commit_graph_is_written_only_where_it_is_asked_for(shop, tmp_path):
    made = History(Path(shutil.copytree(shop.folder, tmp_path / "clone")))
    graph = made.folder / ".git" / "objects" / "info"
    before = one(made, "--fix", shop.ids["fix"])
    assert not list(graph.glob("commit-graph*"))
    answer = introduced(made, "--fix", shop.ids["fix"], "--commit-graph", "--json")
    assert "Wrote a commit-graph" in answer.stderr
    assert list(graph.glob("commit-graph*"))
    assert json.loads(answer.stdout) == [before]


def test_a_person_reads_a_table_and_what_to_know(shop):
    answer = introduced(shop, "--fix", shop.ids["fix"], "--fix", shop.ids["check"])
    assert "2024-01-02 and 2024-01-09" in answer.stdout
    assert "are traced instead." in answer.stdout


def test_a_short_line_that_went_elsewhere_by_chance_is_no_move(tmp_path):
    made = History(tmp_path / "clone")
    made.commit("begin", 1, {"a.c": "int a;\nreturn nothing;\nint c;\n", "b.c": "int d;\nint e;\n"})
    made.commit("both", 2, {"a.c": "int a;\nint c;\n", "b.c": "int d;\nint f;\nreturn nothing;\nint e;\n"})
    made.write()
    assert one(made, "--finding", "b.c:3@main")["introduced"] == on(2)
