"""Advisories that name commits of the clone: since which of them a flaw is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.introductions.history import History, git, on

from throughline.cli import main

ABSENT = "1234567890" * 4
REPO = "https://git.example.org/shop"


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> History:
    made = History(tmp_path_factory.mktemp("advised") / "clone")
    made.commit("begin", 1, {"a.c": "1"})
    made.commit("flaw", 5, {"a.c": "2"})
    made.commit("backport", 7, {"b.c": "2"}, branch="stable", parents=["begin"])
    made.commit("mend", 9, {"a.c": "3"}, parents=["flaw"])
    return made.write()


def advisory(id: str, *events: dict[str, str], aliases=(), **more) -> dict:
    ranges = [{"type": "GIT", "repo": REPO, "events": list(events)}]
    return {"id": id, "modified": "2024-01-01T00:00:00Z", "aliases": list(aliases),
            "affected": [{"ranges": ranges}], **more}  # fmt: skip


@pytest.fixture
def ask(shop, tmp_path):
    folder = tmp_path / "osv"
    folder.mkdir()

    def ask(*documents: dict, repo: Path = shop.folder, words=()):
        for number, document in enumerate(documents):
            (folder / f"{number}.json").write_text(json.dumps(document))
        given = ["introduced", "--repo", str(repo), "--advisories", str(folder), *words]
        done = CliRunner().invoke(main, [*given, "--json"])
        return (json.loads(done.stdout) if done.exit_code == 0 else None), done

    return ask


def test_the_commit_that_an_advisory_names_brought_it_in(shop, ask):
    said = advisory("CVE-2024-7", {"introduced": shop.ids["flaw"]}, {"fixed": shop.ids["mend"]})
    [found], done = ask(said)
    assert (found["introduced"], found["oldest"], found["newest"]) == (on(5), on(5), on(5))
    assert (found["kind"], found["basis"], found["method"]) == ("advisory", "inferred", "advisory range")
    assert [each["commit"] for each in found["candidates"]] == [shop.ids["flaw"]]
    assert (found["vulnerability_ids"], found["repository"]) == (["CVE-2024-7"], REPO)
    assert found["fixed"] == [shop.ids["mend"]]
    assert (found["notes"], done.stderr) == ([], "")


def test_nought_is_the_first_commit(shop, ask):
    [found], _ = ask(advisory("CVE-2024-7", {"introduced": "0"}, {"fixed": shop.ids["mend"]}))
    assert found["introduced"] == on(1)
    assert [each["commit"] for each in found["candidates"]] == [shop.ids["begin"]]
    assert "it may be older than the repository" in found["notes"][0]


def test_of_several_branches_it_is_the_oldest_and_the_interval_reaches_to_the_newest(shop, ask):
    both = ({"introduced": shop.ids["backport"]}, {"introduced": shop.ids["flaw"]})
    [found], _ = ask(advisory("CVE-2024-7", *both, {"fixed": shop.ids["mend"]}))
    assert (found["introduced"], found["newest"]) == (on(5), on(7))


def test_a_commit_that_is_not_there_is_said_and_nothing_is_guessed(shop, ask):
    [found], _ = ask(advisory("CVE-2024-7", {"introduced": ABSENT}, {"fixed": shop.ids["mend"]}))
    assert (found["introduced"], found["basis"], found["candidates"]) == (None, "unknown", [])
    assert found["notes"] == [
        "it says that 123456789012 brought it in, which this clone does not have: fetch it and ask again"
    ]


def test_an_advisory_of_another_repository_is_none_of_this_clone(shop, ask):
    found, done = ask(advisory("CVE-2024-8", {"introduced": "0"}, {"fixed": ABSENT}))
    assert found == []
    assert (
        "1 advisory names commits of other repositories, or some that this clone did not fetch: CVE-2024-8"
        in (done.stderr)
    )


@pytest.mark.parametrize("sha", ["", "flaw", "--all", "HEAD", "1234567", 7, None])
def test_what_is_no_whole_hash_is_given_to_nobody(sha, shop, ask):
    found, done = ask(advisory("CVE-2024-7", {"introduced": sha}, {"fixed": shop.ids["mend"]}))
    assert (found, done.exit_code) == ([], 0)
    assert "none of these advisories names a commit" in done.stderr


def test_several_databases_on_one_flaw_are_one_subject_and_withdrawn_ones_none(shop, ask):
    one = advisory("CVE-2024-7", {"introduced": shop.ids["flaw"]}, {"fixed": shop.ids["mend"]})
    same = advisory("GHSA-aaaa-bbbb-cccc", {"introduced": shop.ids["flaw"]}, aliases=["CVE-2024-7"])
    gone = advisory("CVE-2024-9", {"introduced": shop.ids["flaw"]}, withdrawn="2024-02-01T00:00:00Z")
    [found], _ = ask(one, same, gone)
    assert found["vulnerability_ids"] == ["CVE-2024-7", "GHSA-aaaa-bbbb-cccc"]
    assert found["introduced"] == on(5)


def test_a_shallow_clone_does_not_know_the_oldest(shop, ask, tmp_path):
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{shop.folder}", "shallow")
    said = advisory("CVE-2024-7", {"introduced": "0"}, {"fixed": shop.ids["mend"]})
    [found], _ = ask(said, repo=tmp_path / "shallow")
    assert found["oldest"] is None
    assert "git fetch --unshallow" in found["notes"][0]


def test_with_lockfiles_both_are_asked(shop, ask):
    said = advisory("CVE-2024-7", {"introduced": shop.ids["flaw"]}, {"fixed": shop.ids["mend"]})
    [found], done = ask(said, words=["--lockfiles"])
    assert found["kind"] == "advisory"
    assert "the history holds no lockfile that is read here" in done.stderr


def test_for_a_person_it_stands_in_the_table(shop, tmp_path):
    said = advisory("CVE-2024-7", {"introduced": shop.ids["flaw"]}, {"fixed": shop.ids["mend"]})
    (tmp_path / "one.json").write_text(json.dumps(said))
    done = CliRunner().invoke(main, ["introduced", "--repo", str(shop.folder), "--advisories", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "advisory range" in done.stdout
    assert "2024-01-05" in done.stdout
