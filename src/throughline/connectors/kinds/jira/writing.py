"""Writing back to Jira: a ticket is made, found again, and led from status to status."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from throughline.connectors.asking import Asking
from throughline.connectors.kinds.jira import bodies, cells, sites
from throughline.connectors.kinds.jira.mapping import MEANINGS, IssueMapping, guessed_meaning
from throughline.connectors.kinds.jira.tool import (
    CLOUD,
    Jira,
    mapping_of,
    root_of,
    settled,
    site_of,
    statuses,
)
from throughline.connectors.shape import Settings
from throughline.connectors.writes import Draft, Made
from throughline.engine.refusals import Refused

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,254}-[0-9]{1,12}")
OFFERED_TYPE = "Bug"
# What a create screen asks for and is given without a mapping.
GIVEN = ("project", "issuetype", "summary", "description")
_SCREEN = 200
# Of types and of fields of one screen; a listing that goes on has no end.
MOST_SCREENED = 5_000


class WritingJira(Jira):
    """Jira as it is written to; see writes.Writer."""

    def places(self, settings: Settings) -> list[str]:
        return [str(each).upper() for each in settings["projects"]]

    def types(self, settings: Settings) -> list[str]:
        return list(settings.get("issue_types") or [OFFERED_TYPE])

    def create(self, asking: Asking, settings: Settings, draft: Draft) -> Made:
        type_id = _type_id(asking, settings, draft)
        screen = _screen(asking, settings, draft.place, type_id)
        fields, notices = _mapped(draft, mapping_of(settings), screen)
        is_cloud = settings["deployment"] == CLOUD
        fields |= {
            "project": {"key": draft.place},
            "issuetype": {"id": type_id},
            "summary": bodies.summary(draft.title),
            "description": bodies.document(draft) if is_cloud else bodies.plain(draft),
        }
        _require_all(draft, screen, fields)
        said = asking.post(f"{root_of(settings)}/issue", {"fields": fields})
        key = said.get("key") if isinstance(said, dict) else None
        if not isinstance(key, str) or not _is_in(key, [draft.place]):
            raise asking.nonsense(f"an issue that was made has a key of {draft.place}", said, place="/issue")
        return Made(key, _url(asking, key), bodies.summary(draft.title), notices=notices)

    def marked(self, asking: Asking, settings: Settings, draft: Draft) -> Made | None:
        condition = f" AND description ~ {sites.quoted(draft.marker)}"
        found = site_of(asking, settings).page(draft.place, condition, ("summary", "status"), None).issues
        mine = [each for each in found if _is_in(str(each.get("key")), [draft.place])]
        return _made(asking, mine[0]) if mine else None

    def look(self, asking: Asking, settings: Settings, key: str) -> Made:
        return _made(asking, _issue(asking, settings, key))

    def move(
        self, asking: Asking, settings: Settings, key: str, *, state: str, is_mitigated: bool
    ) -> tuple[str, str]:
        mapping, issue = settled(asking, settings), _issue(asking, settings, key)
        wanted = _meaning(state, is_mitigated=is_mitigated)
        status = issue["fields"].get("status") or {}
        if _present(issue["fields"], mapping) == wanted:
            return cells.text(status), f"{key} is “{cells.text(status)}” already, which means that."
        ids = _meant(asking, settings, mapping, issue["fields"], wanted)
        path = f"{root_of(settings)}/issue/{key}/transitions"
        said = asking.get(path, {"expand": "transitions.fields"})
        known = said.get("transitions") if isinstance(said, dict) else None
        if not isinstance(known, list):
            raise asking.nonsense("the transitions are no list", said, place=path)
        there = [each for each in known if str((each.get("to") or {}).get("id")) in ids]
        if not there:
            names = ", ".join(sorted({cells.text(each.get("to")) for each in known})) or "none"
            raise Refused(
                f"{key} is “{cells.text(status)}”, and no transition leads from there to a status that means "
                f"“{MEANINGS[wanted]}” (it can become: {names}). Move it by hand, or mend the workflow.",
                code="no_transition",
            )
        chosen = min(there, key=lambda each: ids.index(str(each["to"]["id"])))
        body: dict[str, Any] = {"transition": {"id": str(chosen["id"])}}
        if fields := _asked_by(chosen, mapping, wanted, key):
            body["fields"] = fields
        asking.post(path, body)
        name = cells.text(chosen["to"])
        return name, f"{key} was moved from “{cells.text(status)}” to “{name}”."


def _url(asking: Asking, key: str) -> str:
    return f"{asking.base}/browse/{key}"


def _made(asking: Asking, issue: Mapping[str, Any]) -> Made:
    key, fields = str(issue.get("key")), issue.get("fields") or {}
    title = cells.text(fields.get("summary")) or key
    return Made(key, _url(asking, key), title[:500], cells.text(fields.get("status")))


def _issue(asking: Asking, settings: Settings, key: str) -> Mapping[str, Any]:
    if not KEY.fullmatch(key):
        raise Refused(f"'{key}' is no key of an issue (such as SEC-7).", place="key", code="key")
    if not _is_in(key, settings["projects"]):
        raise Refused(f"{key} is in none of the projects of this connector.", place="key", code="key")
    path = f"{root_of(settings)}/issue/{key.upper()}"
    try:
        said = asking.get(path, {"fields": "summary,status,issuetype,project,resolution"})
    except Refused as refused:
        if refused.code == "answered_404":
            raise Refused(
                f"{asking.host} knows no {key}, or hides it from the account.", code="key"
            ) from None
        raise
    if not isinstance(said, dict) or not isinstance(said.get("fields"), dict) or not said.get("key"):
        raise asking.nonsense("an issue was expected", said, place=path)
    if not _is_in(str(said["key"]), settings["projects"]):
        # Jira answers an issue that was moved under its new key.
        raise Refused(
            f"{key.upper()} was moved to another project, which is none of this connector.",
            place="key", code="key",
        )  # fmt: skip
    return said


def _is_in(key: str, projects: Sequence[str]) -> bool:
    """Whether it is the key of an issue of one of the projects."""
    is_key = KEY.fullmatch(key) is not None
    return is_key and key.upper().rpartition("-")[0] in [str(each).upper() for each in projects]


def _type_id(asking: Asking, settings: Settings, draft: Draft) -> str:
    path = f"{root_of(settings)}/issue/createmeta/{draft.place}/issuetypes"
    known = _screened(asking, path, "issueTypes")
    for each in known:
        if str(each.get("name")).casefold() == draft.type.casefold():
            return str(each.get("id"))
    names = ", ".join(str(each.get("name")) for each in known) or "none"
    raise Refused(
        f"{draft.place} has no type '{draft.type}' that the account may make; it has {names}.",
        place="type", code="type",
    )  # fmt: skip


def _screen(asking: Asking, settings: Settings, project: str, type_id: str) -> dict[str, Mapping[str, Any]]:
    path = f"{root_of(settings)}/issue/createmeta/{project}/issuetypes/{type_id}"
    return {str(each.get("fieldId") or each.get("key")): each for each in _screened(asking, path, "fields")}


def _screened(asking: Asking, path: str, name: str) -> list[Mapping[str, Any]]:
    """Everything of a listing that Cloud names after what is in it, and Data Center `values`."""
    found: list[Mapping[str, Any]] = []
    while True:
        said = asking.get(path, {"startAt": len(found), "maxResults": _SCREEN})
        page = said.get(name, said.get("values")) if isinstance(said, dict) else None
        if not isinstance(page, list):
            raise asking.nonsense(f"a list of {name} was expected", said, place=path)
        found += [each for each in page if isinstance(each, dict)]
        if not page or len(found) >= int(said.get("total") or 0):
            return found
        if len(found) >= MOST_SCREENED or not any(isinstance(each, dict) for each in page):
            raise asking.nonsense(f"its list of {name} has no end", page, place=path)


def _mapped(
    draft: Draft, mapping: IssueMapping, screen: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, Any], list[str]]:
    """The fields that are mapped and on the screen, and why others were left out."""
    fields: dict[str, Any] = {}
    notices: list[str] = []
    for target, id in mapping.fields.items():
        said = draft.fields.get(target, "")
        if not said or id in GIVEN or id not in screen:
            continue
        try:
            fields[id] = bodies.value(said, screen[id])
        except bodies.NoPlace as why:
            notices.append(f"{screen[id].get('name') or id} was left out: {why}.")
    return fields, notices


def _require_all(draft: Draft, screen: Mapping[str, Mapping[str, Any]], fields: Mapping[str, Any]) -> None:
    lacking = [
        str(each.get("name") or id)
        for id, each in screen.items()
        if each.get("required")
        and not each.get("hasDefaultValue")
        and id not in (*fields, *GIVEN, "reporter")
    ]
    if lacking:
        raise Refused(
            f"{draft.place} asks for {', '.join(lacking)} of each {draft.type}: map a field of the record "
            "to it under Fields and statuses, or give it a default in Jira.",
            code="required",
        )


def _meaning(state: str, *, is_mitigated: bool) -> str:
    if state == "confirmed" and is_mitigated:
        return "confirmed/closed"
    return next(each for each in MEANINGS if each.rpartition("/")[0] == state)


def _present(fields: Mapping[str, Any], mapping: IssueMapping) -> str:
    """What an issue means now, as a sync would read it."""
    status = fields.get("status") or {}
    found = mapping.meaning(_place(fields), str(status.get("id")))
    if found is None:
        found = guessed_meaning(cells.text(status), str((status.get("statusCategory") or {}).get("key", "")))
    resolution = cells.text(fields.get("resolution"))
    more = mapping.resolutions.get(resolution) if resolution and found.endswith("/closed") else None
    return more or found


def _place(fields: Mapping[str, Any]) -> str:
    project, type = fields.get("project") or {}, fields.get("issuetype") or {}
    return f"{project.get('key')}/{type.get('id')}"


def _meant(
    asking: Asking, settings: Settings, mapping: IssueMapping, fields: Mapping[str, Any], wanted: str
) -> list[str]:
    """The ids of the statuses that mean it, else of closed ones whose resolution can. Raises Refused."""
    place = _place(fields)
    known = mapping.statuses.get(place, {})
    if found := [id for id, meaning in known.items() if meaning == wanted]:
        return found
    if wanted in mapping.resolutions.values():
        return [id for id, meaning in known.items() if meaning.endswith("/closed")]
    named = next((each for each in statuses(asking, settings) if each.place == place), None)
    title = f"{named.project}, {named.type_name}" if named else place
    raise Refused(
        f"No status of {title} means “{MEANINGS[wanted]}”: give one that meaning under Fields and statuses.",
        code="no_status",
    )


def _asked_by(transition: Mapping[str, Any], mapping: IssueMapping, wanted: str, key: str) -> dict[str, Any]:
    """What a transition's screen asks for: a resolution that means the same. Raises Refused for more."""
    fields: dict[str, Any] = {}
    for id, about in (transition.get("fields") or {}).items():
        if id == "resolution":
            for each in about.get("allowedValues") or []:
                name = str(each.get("name"))
                if (mapping.resolutions.get(name) or guessed_meaning(name)) == wanted:
                    fields[id] = {"id": str(each.get("id"))}
                    break
        if about.get("required") and not about.get("hasDefaultValue") and id not in fields:
            raise Refused(
                f"Moving {key} to “{cells.text(transition.get('to'))}” asks for {about.get('name') or id}: "
                "move it by hand.",
                code="required",
            )
    return fields


writer = WritingJira()
