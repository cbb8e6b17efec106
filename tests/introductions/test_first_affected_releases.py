"""The first release with a flaw: between the release before it and itself."""

from __future__ import annotations

import pytest
from tests.introductions.asking import dates, introduced, one
from tests.introductions.history import History, git, on


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> History:
    """Releases on days 3, 9 and 14; a fix of the first on a branch, merged; a branch begun before 1.1."""
    made = History(tmp_path_factory.mktemp("released") / "clone")
    for day in (1, 2, 3, 4):
        made.commit(f"d{day}", day, {"a.c": f"{day}\n"})
    made.commit("fix5", 5, {"b.c": "1\n"}, branch="stable", parents=["d3"])
    made.commit("side6", 6, {"c.c": "1\n"}, branch="side", parents=["d4"])
    made.commit("d7", 7, {"a.c": "7\n"}, parents=["d4"])
    made.commit("merge8", 8, {"b.c": "1\n"}, parents=["d7", "fix5"])
    made.commit("d9", 9, {"a.c": "9\n"})
    made.commit("d10", 10, {"a.c": "10\n"})
    made.commit("merge11", 11, {"c.c": "1\n"}, parents=["d10", "side6"])
    for day in (12, 13, 14):
        made.commit(f"d{day}", day, {"a.c": f"{day}\n"})
    made.write()
    tags = {"v1.0": "d3", "v1.0.1": "fix5", "v1.1-rc1": "d7", "v1.1": "d9", "v2.0-beta.2": "d12"}
    for tag, name in {**tags, "2.0": "d14", "stable": "d14", "tools/v0.1": "d13"}.items():
        git(made.folder, "tag", tag, made.ids[name])
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    git(made.folder, *who, "tag", "--annotate", "--message=Later", "v1.1-final", made.ids["d9"])
    git(made.folder, *who, "tag", "--annotate", "--message=Again", "nested", "v1.1-final")
    git(made.folder, "tag", "tree", f"{made.ids['d9']}^{{tree}}")
    return made


def ran(made: History, *tags: str, words=("--json",)):
    return introduced(made, *(f"--affected={tag}" for tag in tags), *words)


def of_tag(made: History, tag: str) -> dict:
    return one(made, f"--affected={tag}")


def named(made: History, found: dict) -> set[str]:
    names = {id: name for name, id in made.ids.items()}
    return {names[each["commit"]] for each in found["candidates"]}


def test_it_lies_between_the_release_before_and_the_first_that_has_it(shop):
    found = of_tag(shop, "v1.1")
    assert dates(found) == (on(5), on(7), on(9))
    assert named(shop, found) == {"d4", "d7", "merge8", "d9"}
    assert (found["kind"], found["tag"], found["previous"]) == ("release", "v1.1", "v1.0.1")
    assert (found["basis"], found["method"], found["commit"]) == (
        *("inferred", "first affected release"),
        shop.ids["d9"],
    )
    assert found["notes"][0].startswith(
        "after v1.0.1 of 2024-01-05 and by v1.1 of 2024-01-09; by the estimate"
    )


def test_release_candidates_are_no_releases_and_that_is_said(shop):
    assert of_tag(shop, "v1.1")["notes"][-1] == (
        "v1.1-rc1 between them is no release and left aside: ask of it by its name where it has the flaw"
    )
    found = of_tag(shop, "v1.1-rc1")
    assert (found["previous"], dates(found)) == ("v1.0", (on(3), on(4), on(7)))


def test_what_was_merged_after_the_release_before_counts_as_of_that_release(shop):
    found = of_tag(shop, "2.0")
    assert found["previous"] == "v1.1"
    assert named(shop, found) == {"side6", "d10", "merge11", "d12", "d13", "d14"}
    assert dates(found) == (on(9), on(11), on(14))
    assert found["notes"][1].startswith("1 of these commits was made before v1.1 and merged after it")


def test_before_the_first_release_it_reaches_to_the_first_commit(shop):
    found = of_tag(shop, "v1.0")
    assert (found["previous"], dates(found)) == (None, (on(1), on(2), on(3)))
    assert "reaches to the first commit of the repository, and may be older" in found["notes"][0]


def test_tags_of_other_things_in_the_same_repository_are_no_releases_of_it(shop):
    assert of_tag(shop, "tools/v0.1")["previous"] is None


def test_a_tag_with_a_message_is_its_commit_whenever_the_tag_was_made(shop):
    assert of_tag(shop, "v1.1-final")["newest"] == on(9)
    assert of_tag(shop, "refs/tags/v1.1-final")["tag"] == "v1.1-final"


def test_a_release_that_is_one_commit_says_so(tmp_path):
    made = History(tmp_path / "clone")
    made.commit("d1", 1, {"a.c": "1\n"})
    made.commit("d2", 2, {"a.c": "2\n"})
    made.write()
    for day in (1, 2):
        git(made.folder, "tag", f"release-{day}", made.ids[f"d{day}"])
    found = of_tag(made, "release-2")
    assert dates(found) == (on(1), on(2), on(2))
    assert found["notes"] == [
        "after release-1 of 2024-01-01 and by release-2 of 2024-01-02; it is one commit"
    ]


def test_a_shallow_clone_without_a_release_before_does_not_know_the_oldest(shop, tmp_path):
    git(tmp_path, "clone", "--quiet", "--depth=2", f"file://{shop.folder}", "cut")
    found = of_tag(History(tmp_path / "cut"), "2.0")
    assert dates(found) == (None, on(13), on(14))
    assert "git fetch --unshallow --tags" in found["notes"][0]


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("v1.2", "the clone has no tag 'v1.2' (did you mean v1.1"),
        ("main", "the clone has no tag 'main': look for a typo, or fetch it with git fetch --tags"),
        ("v1.1^0", "the clone has no tag 'v1.1^0'"),
        ("--all", "the clone has no tag '--all'"),
        ("tree", "the clone has no tag 'tree'"),
        ("", "the clone has no tag ''"),
    ],
)
def test_an_unknown_tag_is_refused_in_one_sentence_with_names_near_it(shop, tag, said):
    done = ran(shop, tag)
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1)
    assert said in done.stderr


def test_a_clone_without_tags_says_how_to_have_them(tmp_path):
    made = History(tmp_path / "clone")
    made.commit("d1", 1, {"a.c": "1\n"})
    done = ran(made.write(), "v1.0")
    assert (done.exit_code, "the clone has no tags of commits" in done.stderr) == (2, True)


def test_for_a_person_several_stand_in_the_table(shop):
    done = ran(shop, "v1.0", "v1.1", words=())
    assert "2024-01-05 and 2024-01-09" in done.stdout
    assert done.stdout.count("first affected release") == 2
