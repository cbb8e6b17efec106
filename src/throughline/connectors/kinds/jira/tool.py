"""Jira as a connected source: what is declared, how the connection is tried, and the pull."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from throughline.connectors.asking import Asking, basic
from throughline.connectors.kinds.jira import sites
from throughline.connectors.kinds.jira.mapping import IssueMapping, Status, guessed
from throughline.connectors.kinds.jira.rows import ALWAYS, COLUMNS, Reader, Unreadable, moves_of
from throughline.connectors.shape import (
    Check,
    Document,
    Field,
    Keep,
    Progress,
    Pulled,
    SecretField,
    Settings,
)
from throughline.connectors.writes import WRITES
from throughline.engine.dates import iso
from throughline.engine.refusals import Refused

CLOUD, DATA_CENTER = "cloud", "data center"
# Beside the time since the last sync: the index lags, and clocks differ.
OVERLAP_MINUTES = 10
WRITING_RIGHTS = {"CREATE_ISSUES": "create", "TRANSITION_ISSUES": "transition"}
RIGHTS = "give the account the right to browse the project"
PROJECT = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}")


class Jira:
    """Issues of some projects, with their changelogs."""

    name = "jira"
    title = "Jira"
    lead = (
        "Reads issues of projects as vulnerabilities, with each reopening in their changelog. The token's "
        "account needs to browse the projects, and nothing else unless tickets are written back."
    )
    gives: Literal["findings", "series"] = "findings"
    # It has a page of its own for fields and statuses.
    maps = True
    hook = (
        "An administrator of Jira adds it under System → Webhooks with this address and secret, for issues "
        "that are created, updated and deleted, with the JQL of the projects."
    )
    settings = (
        Field(
            "deployment",
            "Which Jira",
            reads="choice",
            choices=((CLOUD, "Cloud (atlassian.net)"), (DATA_CENTER, "Data Center (your own server)")),
            default=CLOUD,
        ),
        Field("address", "Address", "Such as https://example.atlassian.net", reads="address"),
        Field("email", "E-mail of the account", "Cloud only: it signs in with the token.", is_required=False),
        Field("projects", "Projects", "Their keys, such as SEC, APP.", reads="names"),
        Field(
            "issue_types",
            "Types of issues",
            "Their names; empty for all.",
            reads="names",
            is_required=False,
        ),
        Field("jql", "Further condition", "In JQL, such as labels = security.", is_required=False),
        Field("source", "Source", "How the record calls where these come from.", default="Jira"),
        Field(
            WRITES,
            "Write back",
            "Whoever may triage makes tickets of vulnerabilities, and what is decided here moves them. The "
            "account may then create, and transition issues.",
            reads="switch",
            is_required=False,
        ),
    )
    secrets = (
        SecretField(
            "token", "Token", "Cloud: an API token of the account. Data Center: a personal access token."
        ),
    )

    def base(self, settings: Settings) -> str:
        return str(settings["address"])

    def headers(self, settings: Settings, secrets: Mapping[str, str]) -> dict[str, str]:
        token = secrets.get("token", "")
        if settings["deployment"] == DATA_CENTER:
            return {"authorization": f"Bearer {token}"}
        return {"authorization": basic(str(settings.get("email", "")), token)}

    def require_settled(self, settings: Settings) -> None:
        """Raises Refused where Cloud is meant without an account: a token alone does not sign in there."""
        if settings["deployment"] == CLOUD and not settings["email"]:
            message = "Cloud signs in with the e-mail of the account and its token: give it"
            raise Refused(message, place="email", code="email")

    def check(self, asking: Asking, settings: Settings) -> list[Check]:
        return list(_tried(asking, settings))

    def pull(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> Pulled:
        try:
            return _Pull(asking, settings, state, keep, progress).done()
        except sites.Gone:
            keep.begin_again()
            return _Pull(asking, settings, state, keep, progress).done()


def root_of(settings: Settings) -> str:
    """Where the API of this Jira begins."""
    return _site_class(settings).root


def site_of(asking: Asking, settings: Settings) -> sites.Site:
    """The Jira that is meant."""
    return _site_class(settings)(asking)


def _site_class(settings: Settings) -> type[sites.Cloud | sites.DataCenter]:
    return sites.DataCenter if settings["deployment"] == DATA_CENTER else sites.Cloud


def mapping_of(settings: Settings) -> IssueMapping:
    """What was settled on the page; nothing where nobody did."""
    return IssueMapping.of(settings.get("mapping") or {})


def settled(asking: Asking, settings: Settings) -> IssueMapping:
    """What was settled, else what the names of fields and statuses suggest."""
    found = mapping_of(settings)
    if found.statuses:
        return found
    root = root_of(settings)
    return guessed(
        sites.fields_of(asking, root), statuses(asking, settings), sites.resolutions_of(asking, root)
    )


def statuses(asking: Asking, settings: Settings) -> list[Status]:
    """Every status that an issue of these projects and types can have."""
    root, types = root_of(settings), settings.get("issue_types") or []
    return [
        status
        for project in settings["projects"]
        for status in sites.statuses_of(asking, root, _project(project), types)
    ]


def sample(asking: Asking, settings: Settings, reader: Reader, *, most: int = 8) -> list[dict[str, str]]:
    """The rows of some issues that changed within a year, in the order of their keys. Raises Refused."""
    found: list[dict[str, str]] = []
    for project in settings["projects"]:
        condition = f"{_condition(settings)} AND updated >= -365d"
        page = site_of(asking, settings).page(_project(project), condition, _asked_for(reader.mapping), None)
        for row, _ in _rows(reader, page):
            found.append(row)
    return found[-most:]


class _Pull:
    """One pull: each project to its end, each page kept before the next is asked for."""

    def __init__(
        self, asking: Asking, settings: Settings, state: dict[str, Any], keep: Keep, progress: Progress
    ) -> None:
        self.asking, self.settings, self.state, self.keep, self.progress = (
            asking,
            settings,
            state,
            keep,
            progress,
        )
        self.site = site_of(asking, settings)
        self.now = asking.clock.now()
        self.notices: dict[str, None] = {}
        # Under which project each issue was listed.
        self.seen: dict[str, str] = {}

    def done(self) -> Pulled:
        began = self.keep.cursor.get("began") or iso(self.now)
        mapping = settled(self.asking, self.settings)
        reader = Reader(self.asking.base, mapping, self.now, self.notices)
        at = int(self.keep.cursor.get("project", 0))
        after = self.keep.cursor.get("after")
        projects = [_project(each) for each in self.settings["projects"]]
        for number, project in enumerate(projects[at:], start=at):
            self._project(project, number, reader, after, began)
            after = None
        since = {"since": began}
        documents = [self._document(project) for project in projects]
        return Pulled(since, documents, notices=list(self.notices))

    def _project(self, project: str, number: int, reader: Reader, after: str | None, began: str) -> None:
        tokens = self.asking.tokens()
        condition = _condition(self.settings) + self._since()
        while True:
            page = self.site.page(project, condition, _asked_for(reader.mapping), after)
            rows = []
            for row, unreadable in _rows(reader, page):
                if unreadable:
                    self.notices[unreadable] = None
                elif self._is_first(row["id"], project):
                    rows.append(json.dumps(row, ensure_ascii=False).encode())
            is_last = page.next is None
            cursor = {"project": number + is_last, "after": page.next, "began": began}
            self.keep.page(_name(project), rows, cursor=cursor)
            self.progress(self.keep.count, 0, f"reading {project}")
            if page.next is None:
                return
            after = tokens.take(page.next)

    def _is_first(self, key: str, project: str) -> bool:
        """Whether an issue was not met before: one that moved while its listing was read is in it twice."""
        before = self.seen.get(key)
        self.seen.setdefault(key, project)
        if before not in (None, project):
            said = f"{key} is listed under {before} and under {project}: it is read once, under {before}"
            self.notices[said] = None
        return before is None

    def _since(self) -> str:
        since = self.state.get("since")
        if not since:
            return ""
        # By age, not by date: a date would be read in the account's time zone.
        age = (self.now - datetime.fromisoformat(since)).total_seconds() / 60
        return f" AND updated >= -{math.ceil(max(age, 0)) + OVERLAP_MINUTES}m"

    def _document(self, project: str) -> Document:
        return Document(
            name=_name(project),
            format="jsonl",
            source=str(self.settings["source"]),
            scope=f"{self.asking.host}/{project}",
            # Without a day to begin from, everything was listed: what is not there was deleted or moved.
            full=not self.state.get("since"),
            before=b"",
            between=b"\n",
            after=b"\n",
            maps=COLUMNS,
            has_course=True,
        )


def _rows(reader: Reader, page: sites.Page) -> Iterator[tuple[dict[str, str], str]]:
    """Each issue as its row, or with the sentence that says why it is none."""
    for issue in page.issues:
        try:
            moves = moves_of(page.histories.get(str(issue.get("id")), ()), now=reader.now)
            yield reader.row(issue, moves), ""
        except Unreadable as error:
            yield {}, f"Left out: {error}."


def _asked_for(mapping: IssueMapping) -> Sequence[str]:
    return list(dict.fromkeys([*ALWAYS, *mapping.fields.values()]))


def _condition(settings: Settings) -> str:
    types = settings.get("issue_types") or []
    named = f" AND issuetype in ({', '.join(map(sites.quoted, types))})" if types else ""
    return f"{named} AND ({settings['jql']})" if settings.get("jql") else named


def _project(key: str) -> str:
    if not PROJECT.fullmatch(key):
        raise Refused(f"'{key}' is no key of a project (such as SEC)", place="projects", code="projects")
    return key.upper()


def _name(project: str) -> str:
    return f"{project}.jsonl"


def _tried(asking: Asking, settings: Settings) -> Iterator[Check]:
    root = root_of(settings)
    try:
        myself = asking.get(f"{root}/myself")
    except Refused as refused:
        yield Check(False, str(refused), _mend(refused, settings))
        return
    yield Check(True, f"{asking.host} knows the token: it is {_named(myself)}.")
    for project in map(_project, settings["projects"]):
        seen = _tried_project(asking, root, project, settings)
        yield seen
        if seen.is_good:
            yield _tried_search(asking, project, settings)
        if seen.is_good and settings.get(WRITES):
            yield _tried_writing(asking, root, project)


def _tried_project(asking: Asking, root: str, project: str, settings: Settings) -> Check:
    try:
        said = asking.get(f"{root}/project/{project}")
    except Refused as refused:
        return Check(False, f"{project}: {refused}", f"Look for a typo in the key, or {RIGHTS}.")
    types = [str(each.get("name")) for each in said.get("issueTypes") or []]
    has = ", ".join(types) or "none"
    if missing := [each for each in settings.get("issue_types") or [] if each not in types]:
        return Check(False, f"{project} has no type of issues '{missing[0]}'.", f"It has {has}.")
    return Check(True, f"{project} ({said.get('name')}) can be seen; its issues are {has}.")


def _tried_search(asking: Asking, project: str, settings: Settings) -> Check:
    try:
        found = site_of(asking, settings).page(project, _condition(settings), ALWAYS, None)
    except Refused as refused:
        return Check(False, f"{project}: {refused}", f"Look at the further condition, and {RIGHTS}.")
    if not found.issues:
        return Check(False, f"{project} shows no issue.", f"Look at types and condition, or {RIGHTS}.")
    changes = sum(len(each) for each in found.histories.values())
    more = " and more" if found.next else ""
    return Check(True, f"{project}: {len(found.issues)} issues{more} can be read, with {changes} changes.")


def _tried_writing(asking: Asking, root: str, project: str) -> Check:
    params = {"projectKey": project, "permissions": ",".join(WRITING_RIGHTS)}
    try:
        said = asking.get(f"{root}/mypermissions", params)
    except Refused as refused:
        return Check(False, f"{project}: {refused}")
    known = said.get("permissions") if isinstance(said, dict) else None
    if not isinstance(known, dict):
        raise asking.nonsense("permissions were expected", said, place="/mypermissions")
    lacking = [words for name, words in WRITING_RIGHTS.items() if not _has(known, name)]
    if lacking:
        said_so = f"{project} cannot be written to: the account may not {' or '.join(lacking)} issues there."
        return Check(False, said_so, "Give it the right, or switch writing back off.")
    return Check(True, f"{project} can be written to.")


def _has(known: Mapping[str, Any], name: str) -> bool:
    found = known.get(name)
    return isinstance(found, dict) and found.get("havePermission") is True


def _mend(refused: Refused, settings: Settings) -> str:
    if refused.code == "answered_401":
        if settings["deployment"] == CLOUD:
            return "Cloud signs in with the e-mail of the account and its API token: check both."
        return "Data Center signs in with a personal access token: make one in the profile of the account."
    if refused.code == "answered_404":
        return "Is the address that of Jira itself, with its path where it has one?"
    return ""


def _named(myself: Any) -> str:
    said = myself if isinstance(myself, dict) else {}
    return str(said.get("displayName") or said.get("name") or "somebody without a name")


kind = Jira()
