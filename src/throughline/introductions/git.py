"""A clone that is only read: nothing that it configures is run or heeded.

A clone is somebody's files. Its configuration may name programs (hooks, fsmonitor, textconv, external diffs,
signers, transports) and files. So its objects are read through a repository of our own, which is empty but
for a configuration of three lines. Only names of commits are asked of the clone itself, with all that it may
configure there switched off. Objects that are missing are not fetched.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from shutil import which
from typing import IO

from throughline.engine.introduction.blame import instant_of
from throughline.engine.refusals import Refused

MOST_BYTES = 256_000_000
MOST_OF_A_BLOB = 20_000_000
SECONDS = 60.0
_OFF = (
    *("core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "core.quotePath=true"),
    *("core.attributesFile=/dev/null", "core.sshCommand=false", "core.gitProxy=false", "gpg.program=false"),
    *("log.showSignature=false", "color.ui=false", "protocol.allow=never"),
)

_OURS = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
    "TZ": "UTC",
    "HOME": "/",
}


class TooLong(Exception):
    """Git was stopped: it took longer, or said more, than it is given."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its parents as they are at hand, when it was made in this history, and its message."""

    id: str
    parents: tuple[str, ...]
    date: datetime
    message: str


@dataclass
class Clone:
    """A repository of this machine, read through `own`. `trusted` says that it may belong to another user."""

    folder: Path
    own: Path
    trusted: bool = False
    seconds: float = SECONDS
    _objects: str = ""
    # The commits whose parents a shallow clone left out.
    _cut: frozenset[str] = frozenset()
    _commits: dict[str, Commit] = field(default_factory=dict)

    def said(self, *words: str, literal: bool = True, given: bytes = b"") -> bytes:
        """What git answers of the clone's objects; `given` is what it reads. Raises TooLong and Refused."""
        return self._said(words, literal=literal, given=given)[0]

    def _of_clone(self, *words: str, codes: Sequence[int] = (0,)) -> tuple[bytes, int]:
        return self._said(words, of_clone=True, codes=codes)

    def _said(
        self,
        words: Sequence[str],
        *,
        literal: bool = True,
        of_clone: bool = False,
        codes: Sequence[int] = (0,),
        given: bytes = b"",
    ) -> tuple[bytes, int]:
        with (
            tempfile.TemporaryFile() as wanted,
            self._started(words, literal=literal, of_clone=of_clone, given=_filled(wanted, given)) as (
                process,
                errors,
            ),
        ):
            assert process.stdout is not None
            answer = process.stdout.read(MOST_BYTES + 1)
            if len(answer) > MOST_BYTES:
                process.kill()
                raise TooLong("it says more than is read")
            code = process.wait()
            if code < 0:
                raise TooLong(f"it did not answer within {self.seconds:g} seconds")
            if code not in codes:
                raise self._refused(words[0], errors)
            return answer, code

    @contextmanager
    def _started(
        self,
        words: Sequence[str],
        *,
        literal: bool = True,
        of_clone: bool = False,
        given: IO[bytes] | None = None,
    ) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
        """A process of git, killed when its time is over or whoever reads it has enough."""
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(  # noqa: S603 - a list of words, and no shell
                [_program(), *self._options(of_clone), *words],
                stdin=given or subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=self._environment(literal=literal, of_clone=of_clone),
                cwd="/",
            )
            timer = threading.Timer(self.seconds, process.kill)
            timer.start()
            try:
                yield process, errors
            finally:
                timer.cancel()
                process.kill()
                with suppress(OSError):
                    assert process.stdout is not None
                    process.stdout.close()
                process.wait()

    def _options(self, of_clone: bool) -> list[str]:
        where = ["-C", str(self.folder)] if of_clone else [f"--git-dir={self.own}"]
        settings = [*_OFF, *([f"safe.directory={self.folder}"] if self.trusted else [])]
        return [*where, "--no-pager", *(word for each in settings for word in ("-c", each))]

    def _environment(self, *, literal: bool, of_clone: bool) -> dict[str, str]:
        ours = {**_OURS, "PATH": os.environ.get("PATH", os.defpath)}
        ours["GIT_LITERAL_PATHSPECS" if literal else "GIT_GLOB_PATHSPECS"] = "1"
        # Only the folder itself is asked, not one around it.
        ours["GIT_CEILING_DIRECTORIES"] = str(self.folder.parent)
        return ours if of_clone else {**ours, "GIT_OBJECT_DIRECTORY": self._objects}

    def prepare(self) -> None:
        """Make our own repository of the clone's objects. Raises Refused."""
        format, _ = self._of_clone("rev-parse", "--show-object-format")
        objects, _ = self._of_clone("rev-parse", "--path-format=absolute", "--git-path", "objects")
        shallow, _ = self._of_clone("rev-parse", "--path-format=absolute", "--git-path", "shallow")
        self._objects = os.fsdecode(objects.removesuffix(b"\n"))
        is_new = format.strip() == b"sha256"
        extension = "[extensions]\n\tobjectFormat = sha256\n" if is_new else ""
        version = f"[core]\n\trepositoryFormatVersion = {int(is_new)}\n\tbare = true\n"
        (self.own / "refs").mkdir()
        (self.own / "config").write_text(version + extension)
        (self.own / "HEAD").write_text("ref: refs/heads/none\n")
        with suppress(OSError, ValueError):
            cut = Path(os.fsdecode(shallow.removesuffix(b"\n"))).read_text("ascii").split()
            self._cut = frozenset(cut)
            (self.own / "shallow").write_text("".join(f"{id}\n" for id in cut))

    def _refused(self, word: str, errors: IO[bytes]) -> Refused:
        errors.seek(0)
        said = errors.read(2000).decode("utf-8", "replace").strip()
        if "dubious ownership" in said:
            return Refused(
                f"the clone {self.folder} belongs to another user, and git refuses to read it: ask as that "
                "user, or add --trust-owner where you trust its owner (git's safe.directory is not read)",
                place="--repo",
                code="owner",
            )
        if "not a git repository" in said:
            return _no_repository(self.folder)
        # Hints may stand before the reason.
        rows = sorted(said.splitlines(), key=lambda row: not row.startswith(("fatal:", "error:")))
        reason = rows[0][:300] if rows else "no reason given"
        return Refused(f"git {word} failed: {reason}", place="--repo", code="git")

    def resolved(self, revision: str) -> str | None:
        """The commit that a revision names; None where it names none."""
        # What begins with a dash would be an option.
        if not revision or revision.startswith("-") or not revision.isprintable():
            return None
        wanted = f"{revision}^{{commit}}"
        answer, code = self._of_clone("rev-parse", "--verify", "--quiet", wanted, codes=(0, 1, 128))
        found = answer.decode("ascii", "replace").strip()
        return found if code == 0 and len(found) in (40, 64) else None

    def commit(self, id: str) -> Commit:
        """The commit of a whole hash."""
        found = self._commits.get(id)
        if found is None:
            found = self._commits[id] = _commit(id, self.said("cat-file", "commit", id), self._cut)
        return found

    def is_cut(self, id: str) -> bool:
        """Whether the history at hand begins with a commit because the clone is shallow."""
        return id in self._cut

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """The content of each blob; None for one that is too large or not at hand."""
        with tempfile.TemporaryFile() as wanted:
            wanted.writelines(f"{id}\n".encode("ascii") for id in ids)
            wanted.seek(0)
            with self._started(["cat-file", "--batch"], given=wanted) as (process, _):
                assert process.stdout is not None
                while head := process.stdout.readline():
                    yield _blob(head, process.stdout)
                if process.wait() < 0:
                    raise TooLong(f"the files took longer than {self.seconds:g} seconds to read")

    def present(self, ids: Iterable[str]) -> frozenset[str]:
        """Those of these whole hashes that are commits at hand."""
        with tempfile.TemporaryFile() as wanted:
            wanted.writelines(f"{id}\n".encode("ascii") for id in dict.fromkeys(ids))
            wanted.seek(0)
            asked = ["cat-file", "--batch-check=%(objectname) %(objecttype)"]
            with self._started(asked, given=wanted) as (process, _):
                assert process.stdout is not None
                rows = [row.decode("ascii", "replace").split() for row in process.stdout]
                if process.wait() < 0:
                    raise TooLong(f"the commits took longer than {self.seconds:g} seconds to look up")
        return frozenset(row[0] for row in rows if row[1:] == ["commit"])

    def firsts(self, id: str) -> list[str]:
        """The commits with which the history of a commit begins."""
        return self.said("rev-list", "--max-parents=0", id).decode("ascii").split()

    def tags(self, *, merged: str = "") -> dict[str, tuple[str, datetime]]:
        """The tags that name commits, each with its commit and date; all, or those that a commit holds."""
        of = [f"--merged={merged}"] if merged else []
        parts = ("objectname", "committerdate:unix", "*objectname", "*committerdate:unix")
        format = "--format=" + "".join(f"%({part}) " for part in parts) + "%(refname)"
        said, _ = self._of_clone("for-each-ref", *of, format, "refs/tags")
        found: dict[str, tuple[str, datetime]] = {}
        for row in said.decode("utf-8", "surrogateescape").splitlines():
            words, _, name = row.partition(" refs/tags/")
            # Of a tag with a message the date stands with the commit that it names; of a tree there is none.
            *_, id, seconds = ["", *words.split()]
            if len(id) in (40, 64):
                found[name] = (id, instant_of(seconds))
        return found

    def content(self, commit: str, path: str) -> bytes | None:
        """The content of a file in a commit; None where there is no such file, or it is too large."""
        listed = self.said("ls-tree", "-z", commit, "--", path)
        words = listed.partition(b"\t")[0].split()
        if len(words) != 3 or words[1] != b"blob":
            return None
        return next((content for _, content in self.blobs([words[2].decode("ascii")])), None)

    def write_commit_graph(self) -> None:
        """Write which paths each commit changed into the clone, so that blame need not look at every tree."""
        self._of_clone("commit-graph", "write", "--reachable", "--changed-paths", "--no-progress")


@contextmanager
def opened(folder: Path, *, trusted: bool = False, seconds: float = SECONDS) -> Iterator[Clone]:
    """The clone in a folder: a working tree's root or a bare repository. Raises Refused."""
    found = folder.absolute()
    if not found.is_dir():
        raise Refused("there is no such folder", place=str(folder), code="no_folder")
    with tempfile.TemporaryDirectory(prefix="throughline-git-") as own:
        clone = Clone(found.resolve(), Path(own), trusted, seconds)
        clone.prepare()
        yield clone


def _no_repository(folder: Path) -> Refused:
    message = "it is no git repository: give the root of a clone, which holds .git"
    return Refused(message, place=str(folder), code="no_repository")


def _filled(file: IO[bytes], content: bytes) -> IO[bytes] | None:
    if not content:
        return None
    file.write(content)
    file.seek(0)
    return file


@lru_cache
def _program() -> str:
    found = which("git")
    if found is None:
        raise Refused("git is not installed here, and a clone cannot be read without it", code="no_git")
    return found


def _commit(id: str, said: bytes, cut: frozenset[str]) -> Commit:
    head, _, message = said.partition(b"\n\n")
    parents: list[str] = []
    seconds = "0"
    for row in head.split(b"\n"):
        word, _, rest = row.partition(b" ")
        if word == b"parent":
            parents.append(rest.decode("ascii", "replace"))
        elif word == b"committer":
            # Name <address> seconds zone
            seconds = rest.rsplit(b" ", 2)[-2].decode("ascii", "replace") if rest.count(b" ") > 1 else "0"
    at_hand = () if id in cut else tuple(parents)
    return Commit(id, at_hand, instant_of(seconds), message.decode("utf-8", "replace"))


def _blob(head: bytes, stream: IO[bytes]) -> tuple[str, bytes | None]:
    words = head.split()
    id = words[0].decode("ascii", "replace")
    if len(words) != 3:
        return id, None
    left = size = int(words[2])
    if size > MOST_OF_A_BLOB:
        while left > 0 and (read := stream.read(min(left, 1 << 20))):
            left -= len(read)
        content = None
    else:
        content = stream.read(size)
    stream.read(1)
    return id, content
