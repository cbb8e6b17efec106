"""The two Jiras: Cloud, with opaque page tokens and changelogs apart, and Data Center, paged by key.

Cloud: POST search/jql answers ids alone unless fields are asked for, says no total, and its index lags;
changelog/bulkfetch says `created` in milliseconds. Data Center: search stops counting at some ten thousand,
so each page begins after the last key of the one before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from throughline.connectors.asking import Asking
from throughline.connectors.kinds.jira.mapping import JiraField, Status
from throughline.engine.refusals import Refused

PAGE = 100
# At most so many changes an answer: a page of issues may hold more, and is then asked on.
CHANGES = 5_000
MOST_HISTORIES = 100_000


class Gone(Refused):
    """A page from which the listing does not go on: it is begun anew."""


@dataclass(frozen=True, slots=True)
class Page:
    """Issues with their histories, and what leads to the next page; None on the last."""

    issues: Sequence[Mapping[str, Any]]
    histories: Mapping[str, Sequence[Mapping[str, Any]]]
    next: str | None


class Site(Protocol):
    """What both can do."""

    def page(self, project: str, condition: str, fields: Sequence[str], after: str | None) -> Page: ...


def quoted(text: str) -> str:
    """A text as JQL quotes it.

    >>> quoted('say "no"')
    '"say \\\\"no\\\\""'
    """
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


@dataclass(frozen=True, slots=True)
class Cloud:
    """Jira Cloud, API version 3."""

    asking: Asking
    root: ClassVar[str] = "/rest/api/3"

    def page(self, project: str, condition: str, fields: Sequence[str], after: str | None) -> Page:
        jql = f"project = {quoted(project)}{condition} ORDER BY key ASC"
        body: dict[str, Any] = {"jql": jql, "fields": list(fields), "maxResults": PAGE}
        if after is not None:
            body["nextPageToken"] = after
        said = _asked(self.asking, f"{self.root}/search/jql", body, is_first=after is None)
        issues = _issues(self.asking, said)
        next = said.get("nextPageToken")
        # The flag stands over the token: some sites give one with the last page too.
        if said.get("isLast") or not next:
            next = None
        return Page(issues, self._histories([str(each.get("id")) for each in issues]), next)

    def _histories(self, ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = {id: [] for id in ids}
        if not ids:
            return found
        tokens, token = self.asking.tokens(), None
        while True:
            body: dict[str, Any] = {
                "issueIdsOrKeys": list(ids),
                "fieldIds": ["status"],
                "maxResults": CHANGES,
            }
            if token is not None:
                body["nextPageToken"] = token
            said = self.asking.search(f"{self.root}/changelog/bulkfetch", body)
            if not isinstance(said, dict) or not isinstance(said.get("issueChangeLogs"), list):
                raise self.asking.nonsense("the changelogs are no list", said, place="/changelog/bulkfetch")
            for each in said["issueChangeLogs"]:
                found.setdefault(str(each.get("issueId")), []).extend(each.get("changeHistories") or [])
            if not said.get("nextPageToken"):
                return found
            if sum(map(len, found.values())) > MOST_HISTORIES:
                message = (
                    f"{self.asking.host} tells more than {MOST_HISTORIES:,} changes of {len(ids)} issues."
                )
                raise Refused(message, code="too_many_changes")
            token = tokens.take(str(said["nextPageToken"]))


@dataclass(frozen=True, slots=True)
class DataCenter:
    """Jira Data Center, API version 2. What a page ended with is a key, from which the next one begins."""

    asking: Asking
    root: ClassVar[str] = "/rest/api/2"

    def page(self, project: str, condition: str, fields: Sequence[str], after: str | None) -> Page:
        beyond = f" AND issuekey > {quoted(after)}" if after is not None else ""
        jql = f"project = {quoted(project)}{condition}{beyond} ORDER BY key ASC"
        body = {
            "jql": jql, "fields": list(fields), "maxResults": PAGE, "startAt": 0, "expand": ["changelog"]
        }  # fmt: skip
        said = _asked(self.asking, f"{self.root}/search", body, is_first=after is None)
        issues = _issues(self.asking, said)
        histories = {
            str(each.get("id")): (each.get("changelog") or {}).get("histories") or [] for each in issues
        }
        is_last = not issues or int(said.get("total") or 0) <= len(issues)
        return Page(issues, histories, None if is_last else str(issues[-1].get("key")))


def _asked(asking: Asking, path: str, body: Mapping[str, Any], *, is_first: bool) -> dict[str, Any]:
    said = asking.search(path, body) if is_first else _next(asking, path, body)
    if not isinstance(said, dict):
        raise asking.nonsense("the search answered with something that is no page", said, place=path)
    return said


def _next(asking: Asking, path: str, body: Mapping[str, Any]) -> Any:
    try:
        return asking.search(path, body)
    except Refused as refused:
        # A token has expired, or the issue with that key was deleted meanwhile.
        if refused.code == "answered_400":
            raise Gone(f"{asking.host} does not go on from the page that was kept.", code="gone") from refused
        raise


def _issues(asking: Asking, said: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = said.get("issues")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise asking.nonsense("the search answered without a list of issues", said, place="/search")
    return found


def fields_of(asking: Asking, root: str) -> list[JiraField]:
    """Every field of this Jira, by name."""
    said = listed(asking, f"{root}/field")
    found = [
        JiraField(str(each["id"]), str(each.get("name") or each["id"])) for each in said if each.get("id")
    ]
    return sorted(found, key=lambda each: each.name.casefold())


def statuses_of(asking: Asking, root: str, project: str, types: Sequence[str]) -> list[Status]:
    """Every status of a project by type of issue; of the named types only, where any are named."""
    wanted = {each.casefold() for each in types}
    return [
        Status(
            project=project,
            type_id=str(type.get("id")),
            type_name=str(type.get("name")),
            id=str(each.get("id")),
            name=str(each.get("name")),
            category=str((each.get("statusCategory") or {}).get("key", "")),
        )
        for type in listed(asking, f"{root}/project/{project}/statuses")
        if not wanted or str(type.get("name")).casefold() in wanted
        for each in type.get("statuses") or []
    ]


def resolutions_of(asking: Asking, root: str) -> list[str]:
    """The names of every resolution."""
    return [str(each.get("name")) for each in listed(asking, f"{root}/resolution") if each.get("name")]


def listed(asking: Asking, path: str) -> list[Mapping[str, Any]]:
    """What a path lists. Raises Refused where it is no list."""
    said = asking.get(path)
    if not isinstance(said, list):
        raise asking.nonsense("it is no list", said, place=path)
    return [each for each in said if isinstance(each, dict)]
