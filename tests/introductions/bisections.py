"""Bisections done by git itself on a history whose flaw is known, without a working tree."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection
from pathlib import Path

from tests.introductions.history import OURS, History, git


def bisected(
    made: History,
    log: Path,
    *,
    bad: Collection[str],
    skip: Collection[str] = (),
    between: tuple[str, str],
    start: Collection[str] = (),
    terms: tuple[str, str] = ("bad", "good"),
    steps: int = 50,
) -> Path:
    """What git logs while it looks between a good and a bad commit, of at most so many steps."""
    new, old = terms
    named = [f"--term-new={new}", f"--term-old={old}"] if new not in ("bad", "new") else []
    git(made.folder, "bisect", "start", "--no-checkout", *named, *start)
    _mark(made, new, made.ids[between[1]])
    is_over = _mark(made, old, made.ids[between[0]])
    names = {id: name for name, id in made.ids.items()}
    for _ in range(steps):
        if is_over:
            break
        name = names[git(made.folder, "rev-parse", "BISECT_HEAD")]
        is_over = _mark(made, "skip" if name in skip else new if name in bad else old, made.ids[name])
    log.write_text(git(made.folder, "bisect", "log") + "\n")
    git(made.folder, "bisect", "reset")
    return log


def _mark(made: History, term: str, id: str) -> bool:
    """Mark a commit; whether git has found what it looks for, or cannot go on."""
    words = ["git", "-C", str(made.folder), "bisect", term, id]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | OURS)
    said = done.stdout + done.stderr
    return any(each in said for each in ("is the first", "only 'skip'ped commits"))
