"""Dependencies of a repository whose lockfiles are known: when a vulnerable version came and went."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.introductions.history import History, on

from throughline.cli import main


def package_lock(version: str) -> str:
    other = {f"node_modules/other-{number}": {"version": "1.0.0"} for number in range(20)}
    packages = {"": {"name": "shop"}, "node_modules/lodash": {"version": version}, **other}
    return json.dumps({"lockfileVersion": 3, "packages": packages}, indent=1)


def poetry_lock(version: str) -> str:
    return f'[[package]]\nname = "Jinja2"\nversion = "{version}"\ndescription = "Templates"\n'


LODASH = {
    "id": "GHSA-aaaa-bbbb-cccc",
    "modified": "2024-01-01T00:00:00Z",
    "aliases": ["CVE-2024-1"],
    "affected": [
        {
            "package": {"ecosystem": "npm", "name": "lodash"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "4.17.11"}]}],
        }
    ],
}
JINJA = {
    "id": "PYSEC-2024-9",
    "modified": "2024-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "jinja2"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "2.10"}, {"fixed": "2.11.3"}]}],
            "versions": ["2.10", "2.11.2"],
        }
    ],
}
# The same flaw by another database, of which the first one knows an alias.
SAME = {**JINJA, "id": "GHSA-dddd-eeee-ffff", "aliases": ["PYSEC-2024-9"]}
WITHDRAWN = {**LODASH, "id": "GHSA-xxxx-xxxx-xxxx", "aliases": [], "withdrawn": "2024-02-01T00:00:00Z"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> History:
    made = History(tmp_path_factory.mktemp("locked") / "clone")
    made.commit("begin", 1, {"package.json": "{}"})
    made.commit("comes", 2, {"web/package-lock.json": package_lock("4.17.4")})
    made.commit("higher", 3, {"web/package-lock.json": package_lock("4.17.10")})
    made.commit("goes", 4, {"web/package-lock.json": package_lock("4.17.21")})
    made.commit("back", 5, {"web/package-lock.json": package_lock("4.17.4")})
    made.commit("moved", 6, {}, moved={"web/package-lock.json": "site/package-lock.json"})
    made.commit("broken", 7, {"site/package-lock.json": "<<<<<<< ours"})
    made.commit("safe", 3, {"poetry.lock": poetry_lock("2.9")}, branch="side", parents=["higher"])
    made.commit("side", 4, {"poetry.lock": poetry_lock("2.11.2")}, branch="side")
    merged = {"poetry.lock": poetry_lock("2.11.2"), "site/package-lock.json": package_lock("4.17.10")}
    made.commit("merge", 8, merged, parents=["broken", "side"])
    return made.write()


@pytest.fixture(scope="module")
def advisories(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("osv")
    for number, document in enumerate((LODASH, JINJA, SAME, WITHDRAWN)):
        inside = folder / f"part-{number % 2}"
        inside.mkdir(exist_ok=True)
        (inside / f"{document['id']}.json").write_text(json.dumps(document))
    (folder / "notes.json").write_text("[1, 2")
    return folder


def answer_of(made: History, folder: Path):
    words = ["introduced", "--repo", str(made.folder), "--lockfiles", "--advisories", str(folder), "--json"]
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == 0, answer.output
    return answer


@pytest.fixture(scope="module")
def found(shop, advisories) -> dict[str, dict]:
    return {each["package"]: each for each in json.loads(answer_of(shop, advisories).stdout)}


def test_a_dependency_is_introduced_by_the_first_commit_that_locked_a_vulnerable_version(shop, found):
    lodash = found["lodash"]
    assert lodash["introduced"] == lodash["oldest"] == on(2)
    assert (lodash["basis"], lodash["method"]) == ("inferred", "lockfile history")
    assert lodash["vulnerability_ids"] == ["CVE-2024-1", "GHSA-aaaa-bbbb-cccc"]


def test_one_that_came_back_shows_both_spells_and_its_interval_reaches_to_the_last(shop, found):
    lodash = found["lodash"]
    first, second = lodash["spells"]
    assert first["versions"] == ["4.17.10", "4.17.4"]
    assert (first["since"]["date"], first["until"]["date"]) == (on(2), on(4))
    assert (second["since"]["date"], second["until"]) == (on(5), None)
    assert lodash["newest"] == on(5)
    assert [each["commit"] for each in lodash["candidates"]] == [shop.ids["comes"], shop.ids["back"]]
    assert any("went and came back" in note for note in lodash["notes"])


def test_a_lockfile_that_was_moved_is_one_lockfile_under_its_last_name(found):
    assert found["lodash"]["lockfile"] == "site/package-lock.json"


def test_a_dependency_of_a_branch_is_there_when_it_is_merged(shop, found):
    jinja = found["jinja2"]
    assert [each["commit"] for each in jinja["candidates"]] == [shop.ids["merge"]]
    assert jinja["introduced"] == on(8)


def test_two_advisories_on_one_flaw_are_one_subject_and_withdrawn_ones_none(found):
    assert found["jinja2"]["vulnerability_ids"] == ["GHSA-dddd-eeee-ffff", "PYSEC-2024-9"]
    assert len(found) == 2


def test_what_could_not_be_read_is_counted_and_named(shop, advisories):
    notes = answer_of(shop, advisories).stderr
    broken = f"site/package-lock.json in {shop.ids['broken'][:12]}"
    assert f"1 version of a lockfile could not be read and is passed over: {broken}." in notes
    assert "1 of 5 .json files is no OSV advisory and is passed over: notes.json." in notes


def test_a_fix_of_a_lockfile_alone_is_not_traced_and_says_how_to_ask(shop):
    words = ["introduced", "--repo", str(shop.folder), "--fix", shop.ids["goes"], "--json"]
    found = json.loads(CliRunner().invoke(main, words).stdout)[0]
    assert found["introduced"] is None
    assert "--lockfiles --advisories DIR tells since when" in found["notes"][0]


def test_a_folder_without_advisories_is_refused(shop, tmp_path):
    (tmp_path / "a.json").write_text("{}")
    words = ["introduced", "--repo", str(shop.folder), "--lockfiles", "--advisories", str(tmp_path)]
    answer = CliRunner().invoke(main, words)
    assert answer.exit_code == 2
    assert "it holds no advisory in the format of OSV" in answer.stderr
    answer = CliRunner().invoke(main, [*words[:-1], str(tmp_path / "a.json")])
    assert answer.exit_code == 2
    assert f"it is a file: give the folder that holds it, {tmp_path}" in answer.stderr
