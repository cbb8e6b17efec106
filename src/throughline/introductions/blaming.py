"""Lines of a revision with the commits that they are from, asked of `git blame`."""

from __future__ import annotations

from collections.abc import Iterable

from throughline.engine.introduction.blame import Blamed, read_blame
from throughline.engine.introduction.hunks import Patch, read_patch
from throughline.introductions.git import Clone


def blame(clone: Clone, revision: str, path: str, lines: Iterable[int]) -> list[Blamed]:
    """Each of the lines of a file as it is in a commit; renames are followed, white space does not count."""
    ranges = [word for first, last in runs(lines) for word in ("-L", f"{first},{last}")]
    return read_blame(
        clone.said("blame", "-w", "--porcelain", "--root", "--no-textconv", *ranges, revision, "--", path)
    )


def runs(lines: Iterable[int]) -> list[tuple[int, int]]:
    """Lines as ranges, so that a block of them is one.

    >>> runs([3, 1, 2, 7])
    [(1, 3), (7, 7)]
    """
    found: list[tuple[int, int]] = []
    for line in sorted(set(lines)):
        if found and found[-1][1] == line - 1:
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
    return found


def patches(clone: Clone, old: str, new: str) -> list[Patch]:
    """What changed between two commits but for white space, renames told as such."""
    return read_patch(
        clone.said(
            *("diff-tree", "-r", "-p", "-U0", "-w", "-M", "-l500", "--no-color", "--ignore-submodules=all"),
            *(
                "--no-ext-diff",
                "--no-textconv",
                "--src-prefix=a/",
                "--dst-prefix=b/",
                "--diff-algorithm=myers",
            ),
            *("--inter-hunk-context=0", old, new, "--"),
        )
    )
