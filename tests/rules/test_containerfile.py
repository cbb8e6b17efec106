"""The container file: two stages of one base, locked packages, nobody's rights, nothing that is absent."""

from __future__ import annotations

import json
import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
WORDS = {
    *("ARG", "FROM", "WORKDIR", "RUN", "COPY", "ENV", "USER", "VOLUME"),
    *("EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"),
}


def stages() -> list[list[tuple[str, str]]]:
    """The instructions of each stage, each with what it says; what stands before the first is left out."""
    text = re.sub(r"^#.*\n", "", (PROJECT / "Containerfile").read_text(), flags=re.M).replace("\\\n", " ")
    found: list[list[tuple[str, str]]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, said = line.partition(" ")
        assert word in WORDS, line
        if word == "FROM":
            found.append([])
        if found:
            found[-1].append((word, said.strip()))
    return found


def said(stage: list[tuple[str, str]], word: str) -> list[str]:
    return [text for each, text in stage if each == word]


def test_both_stages_stand_on_the_same_base_so_that_the_environment_fits():
    build, run = stages()
    assert said(build, "FROM") == ["${PYTHON} AS build"]
    assert said(run, "FROM") == ["${PYTHON}"]


def test_packages_come_from_the_lock_with_their_hashes():
    installs = [text for text in said(stages()[0], "RUN") if " install " in f" {text} "]
    assert len(installs) == 2
    locked, ours = installs
    assert "--require-hashes --only-binary :all: -r requirements.lock" in locked
    assert "--no-deps" in ours
    assert "--no-build-isolation" in ours


def test_bytecode_is_valid_whatever_a_builder_does_to_the_times_of_files():
    runs = said(stages()[0], "RUN")
    assert all("--no-compile" in text for text in runs if "pip" in text)
    assert "compileall" in runs[-1]
    assert "--invalidation-mode unchecked-hash /opt/throughline/lib" in runs[-1]


def test_it_has_the_git_that_clones_are_asked_by_and_nothing_that_git_only_recommends():
    first = said(stages()[1], "RUN")[0]
    assert "apt-get install --yes --no-install-recommends git " in first
    assert "rm -rf /var/lib/apt/lists/*" in first


def test_the_manual_builds_it_in_the_format_that_has_a_health_check():
    manual = (PROJECT / "docs/behind-a-proxy.md").read_text()
    assert "podman build --format docker -t throughline ." in manual


def test_what_is_copied_is_there_and_is_not_ignored():
    ignored = (PROJECT / ".containerignore").read_text().splitlines()
    assert ignored[0] == "*"
    for text in said(stages()[0], "COPY"):
        for source in text.split()[:-1]:
            assert (PROJECT / source).exists(), source
            assert f"!{source}" in ignored
    # Key, database and git history never are part of an image.
    assert {line for line in ignored if line.startswith("!")} == {
        *("!requirements.lock", "!pyproject.toml", "!README.md", "!LICENSE", "!src")
    }


def test_it_runs_as_nobody_in_particular_and_writes_to_the_volume_alone():
    run = stages()[1]
    [user] = said(run, "USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    # From there on nothing is made with other rights.
    assert [word for word, _ in run[run.index(("USER", user)) :] if word in ("RUN", "COPY")] == []
    [environment] = said(run, "ENV")
    assert "THROUGHLINE_HOME=/data" in environment
    assert said(run, "VOLUME") == ["/data"]


def test_its_probe_and_its_command_are_what_the_program_answers():
    from throughline.cli import COMMANDS

    run = stages()[1]
    assert json.loads(said(run, "ENTRYPOINT")[0]) == ["throughline"]
    command = json.loads(said(run, "CMD")[0])
    assert command[0] in COMMANDS
    [probe] = said(run, "HEALTHCHECK")
    words = json.loads(probe[probe.index("CMD") + 3 :])
    compile(words[2], "HEALTHCHECK", "exec")
    assert f":{command[-1]}/healthz" in words[2]
    assert said(run, "EXPOSE") == [command[-1]]
