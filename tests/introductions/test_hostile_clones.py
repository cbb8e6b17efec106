"""A clone is somebody's files: nothing that it names is run, and no name in it is taken for an option."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.introductions.history import START, History, git, on

from throughline.cli import main
from throughline.introductions.git import _OURS

NAMES = ("-L1,2.c", "--output=x.c", ":(glob)*.c", 'a "quoted"\nname.c', "ä b.c", "c:12@d.c")
CODE = "int begin(void)\n{\n    return look_up(everything);\n}\n"
FIXED = CODE.replace("look_up(everything)", "refuse()")


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> History:
    """A clone whose configuration names a program wherever git would run one."""
    folder = tmp_path_factory.mktemp("hostile")
    made = History(folder / "clone")
    made.commit("begin", 1, dict.fromkeys(NAMES, CODE) | {".gitattributes": "*.c diff=evil filter=evil\n"})
    made.commit("fix", 2, dict.fromkeys(NAMES, FIXED))
    made.write()
    evil = folder / "evil"
    evil.write_text(f"#!/bin/sh\necho $0 $@ >> {folder}/ran\ncat\n")
    evil.chmod(0o755)
    _configure(made.folder, evil)
    made.ids["signed"] = _signed(made)
    return made


def _configure(folder: Path, evil: Path) -> None:
    (folder / ".git" / "info" / "attributes").write_text("*.c diff=evil\n")
    hooks = folder / ".git" / "evil-hooks"
    hooks.mkdir()
    for name in ("post-checkout", "reference-transaction", "post-index-change", "fsmonitor-watchman"):
        shutil.copy(evil, hooks / name)
    settings = {
        "core.fsmonitor": evil,
        "core.hooksPath": hooks,
        "core.pager": evil,
        "core.sshCommand": evil,
        "core.askPass": evil,
        "core.editor": evil,
        "diff.external": evil,
        "diff.evil.textconv": evil,
        "diff.evil.command": evil,
        "diff.orderFile": folder / "nowhere",
        "blame.ignoreRevsFile": folder / "nowhere",
        "filter.evil.smudge": evil,
        "filter.evil.clean": evil,
        "filter.evil.required": "true",
        "gpg.program": evil,
        "gpg.ssh.program": evil,
        "log.showSignature": "true",
        "color.ui": "always",
        "color.blame.highlightRecent": "red",
        "pager.blame": evil,
        "pager.log": evil,
        "alias.blame": f"!{evil}",
        "protocol.ext.allow": "always",
        "remote.origin.url": f"ext::{evil} %S",
        "remote.origin.promisor": "true",
        "remote.origin.partialCloneFilter": "blob:none",
        "remote.origin.uploadpack": evil,
        "extensions.partialClone": "origin",
        "core.repositoryFormatVersion": "1",
    }
    for name, value in settings.items():
        git(folder, "config", name, str(value))


def _signed(made: History) -> str:
    """A commit with a signature, which the configuration would have checked."""
    tree = git(made.folder, "rev-parse", f"{made.ids['fix']}^{{tree}}")
    who = f"A. Person <a@example.org> {int(START.timestamp()) + 2 * 86_400} +0000"
    lines = [f"tree {tree}", f"parent {made.ids['fix']}", f"author {who}", f"committer {who}"]
    lines += [
        "gpgsig -----BEGIN PGP SIGNATURE-----",
        " ",
        " x",
        " -----END PGP SIGNATURE-----",
        "",
        "signed",
        "",
    ]
    id = git(made.folder, "hash-object", "-t", "commit", "-w", "--stdin", given="\n".join(lines).encode())
    git(made.folder, "-c", "core.hooksPath=/dev/null", "update-ref", "refs/heads/main", id)
    return id


def asked(made: History, *words: str):
    return CliRunner().invoke(main, ["introduced", "--repo", str(made.folder), *words, "--json"])


@pytest.fixture
def advisories(tmp_path) -> Path:
    about = {"package": {"ecosystem": "npm", "name": "a"}, "versions": ["1.0.0"]}
    document = {"id": "X-1", "modified": "2024-01-01T00:00:00Z", "affected": [about]}
    (tmp_path / "a.json").write_text(json.dumps(document))
    return tmp_path


def test_nothing_that_the_clone_configures_is_run(clone, advisories, tmp_path):
    words = ["--fix", "main~1", "--finding", "ä b.c:3@main", "--lockfiles", "--advisories", str(advisories)]
    log = tmp_path / "bisect.log"
    log.write_text(f"git bisect bad {clone.ids['fix']}\ngit bisect good {clone.ids['begin']}\n")
    git(clone.folder, "-c", "core.hooksPath=/dev/null", "tag", "--force", "v1.0", clone.ids["fix"])
    words += ["--bisect", str(log), "--affected", "v1.0"]
    answer = asked(clone, *words, "--commit-graph")
    assert answer.exit_code == 0, answer.output
    assert not (clone.folder.parent / "ran").exists()


def test_the_programs_would_have_run_for_others(clone):
    """What the test above proves is only worth something where git by itself does run them."""
    environment = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(clone.folder.parent)}
    subprocess.run(
        ["git", "-C", str(clone.folder), "-c", "diff.orderFile=/dev/null", "log", "-p", "-1", "main~1"],
        env=environment,
        capture_output=True,
    )
    ran = clone.folder.parent / "ran"
    assert ran.exists()
    ran.unlink()


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_a_name_whatever_it_looks_like(clone, name):
    answer = asked(clone, "--finding", f"{name}:3@main")
    assert answer.exit_code == 0, answer.output
    [found] = json.loads(answer.stdout)
    assert (found["file"], found["introduced"]) == (name, on(2))


def test_the_lines_of_oddly_named_files_are_traced(clone):
    [found] = json.loads(asked(clone, "--fix", clone.ids["fix"]).stdout)
    assert found["introduced"] == on(1)
    assert found["candidates"][0]["weight"] == len(NAMES)


def test_a_missing_object_is_not_fetched(clone, tmp_path):
    made = History(Path(shutil.copytree(clone.folder, tmp_path / "clone")), clone.ids)
    blob = git(made.folder, "-c", "core.fsmonitor=false", "rev-parse", f"{made.ids['begin']}:ä b.c")
    (made.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    answer = asked(made, "--finding", f"ä b.c:3@{made.ids['begin']}")
    assert answer.exit_code == 2
    assert "Traceback" not in answer.stderr
    assert not (clone.folder.parent / "ran").exists()


def test_a_clone_of_another_user_is_read_only_where_its_owner_is_trusted(clone, tmp_path, monkeypatch):
    made = History(Path(shutil.copytree(clone.folder, tmp_path / "clone")))
    if os.geteuid() == 0:
        for path in (made.folder, made.folder / ".git"):
            os.chown(path, 12345, 12345)
    else:
        # Only root can give a folder to somebody else; git's own tests tell it so.
        monkeypatch.setitem(_OURS, "GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    answer = asked(made, "--fix", "main~1")
    assert answer.exit_code == 2
    assert "belongs to another user" in answer.stderr
    assert "--trust-owner" in answer.stderr
    assert asked(made, "--fix", "main~1", "--trust-owner").exit_code == 0
