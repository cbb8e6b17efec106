"""Which branch the scans of a source and scope are of: one of another would close and open what it has."""

from __future__ import annotations

from throughline.engine.refusals import Refused
from throughline.sources.formats.findings import Report
from throughline.sources.models import Feed

# How default branches are called where nobody says it.
USUAL = frozenset(["main", "master", "trunk", "default"])


def own_branch(scope: str) -> str:
    """The branch that a scope is of by its name.

    >>> own_branch("shop@feature/pay"), own_branch("shop")
    ('feature/pay', '')
    """
    return scope.partition("@")[2]


def branch_for(report: Report, *, feed: Feed | None, source: str, scope: str, default: str, name: str) -> str:
    """The branch that a source and scope are of once this report is in; empty where nothing says it.

    `default` is the default branch as said for this import. Raises Refused for a scan of another branch, and
    for one of which nobody said that it counts.
    """
    said = report.branch
    if own := own_branch(scope):
        return said or own
    counts = default or (feed.branch if feed else "")
    if not said or said == counts:
        return counts
    of = f"{source} · {scope}" if scope else source
    apart = f"give this one a scope of its own, such as --scope '{scope or source}@{said}'"
    if counts:
        message = (
            f"it is a scan of the branch '{said}', and those of {of} are of '{counts}', of which it would "
            f"close and open findings: import scans of '{counts}', or {apart}; where the default branch is "
            f"called so by now, say --default-branch '{said}'"
        )
        raise Refused(message, place=name, code="branch")
    if said not in USUAL:
        message = (
            f"it is a scan of the branch '{said}', and nothing says that this is the default one of {of}: if "
            f"it is, say --default-branch '{said}'; else import scans of the default branch, or {apart}"
        )
        raise Refused(message, place=name, code="branch")
    return said


def may_share(feed: Feed, *, scope: str, branch: str) -> bool:
    """Whether a scan of a branch may see what this feed saw.

    What was seen while nobody named a branch is taken for the default one's.
    """
    if not branch or feed.scope == scope:
        return True
    return feed.branch == branch if feed.branch else not own_branch(scope)
