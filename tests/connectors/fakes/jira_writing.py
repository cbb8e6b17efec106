"""What the fake Jira takes when it is written to: issues that are made, transitions, and custom fields.

Bodies are checked as the references of Cloud (version 3) and Data Center (version 2) have them.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.connectors.fakes.tool import Answered, Asked, Broken

if TYPE_CHECKING:
    from tests.connectors.fakes.jira import Issue, JiraSite

BUG = "10004"
PREFIX = "com.atlassian.jira.plugin.system.customfieldtypes:"
SEARCHERS = {
    "textfield": "textsearcher", "float": "exactnumber", "datepicker": "daterange",
    "select": "multiselectsearcher",
}  # fmt: skip


def answer(site: JiraSite, name: str, asked: Asked) -> Answered | None:
    """What is answered to one of these; None where it is none."""
    if name == "mypermissions":
        return _permissions(site, asked)
    if name == "issue":
        return _create(site, asked)
    if name.startswith("issue/createmeta/SEC/issuetypes"):
        return _createmeta(site, name, asked)
    if found := re.fullmatch(r"screens/addToDefault/(customfield_\d+)", name):
        return _to_default_screen(site, found[1], asked)
    if found := re.fullmatch(r"field/(customfield_\d+)/context(/10200/option)?", name):
        return _context(site, found[1], asked, of_options=bool(found[2]))
    if found := re.fullmatch(r"issue/SEC-(\d+)(/transitions)?", name):
        number = int(found[1])
        if not 0 < number <= len(site.issues):
            return Answered({"errorMessages": ["Issue does not exist or you do not have permission."]}, 404)
        issue = site.issues[number - 1]
        return _transitions(site, issue, asked) if found[2] else _issue(site, issue, asked)
    return None


def _permissions(site: JiraSite, asked: Asked) -> Answered:
    if asked.method != "GET" or set(asked.query) != {"projectKey", "permissions"}:
        raise Broken("expected a project and permissions")
    names = asked.query["permissions"].split(",")
    return Answered({"permissions": {name: {"havePermission": name in site.rights} for name in names}})


def _page(site: JiraSite, asked: Asked, name: str, every: list[Any]) -> Answered:
    if asked.method != "GET" or set(asked.query) - {"startAt", "maxResults"}:
        raise Broken("expected GET with startAt and maxResults")
    at = int(asked.query.get("startAt", 0))
    # Data Center names it otherwise, and answers fewer than it is asked for.
    shown = every[at : at + 2] if not site.is_cloud else every[at:]
    return Answered({name if site.is_cloud else "values": shown, "startAt": at, "total": len(every)})


def _createmeta(site: JiraSite, name: str, asked: Asked) -> Answered:
    if name.endswith("/issuetypes"):
        types = [{"id": BUG, "name": "Bug"}, {"id": "10005", "name": "Task"}, {"id": "10006", "name": "Epic"}]
        return _page(site, asked, "issueTypes", types)
    known = {
        "summary": {"name": "Summary", "required": True, "schema": {"type": "string"}},
        "project": {"name": "Project", "required": True, "schema": {"type": "project"}},
        "issuetype": {"name": "Issue Type", "required": True, "schema": {"type": "issuetype"}},
        "description": {"name": "Description", "required": False, "schema": {"type": "string"}},
        **site.screen,
    }
    return _page(site, asked, "fields", [{"fieldId": id, **about} for id, about in known.items()])


def _create(site: JiraSite, asked: Asked) -> Answered:
    said = asked.body
    if asked.method != "POST" or set(said) != {"fields"}:
        raise Broken("expected POST with fields")
    fields = said["fields"]
    if fields["project"] != {"key": "SEC"} or fields["issuetype"] != {"id": BUG}:
        raise Broken(f"no such project or type: {fields}")
    if not isinstance(fields["summary"], str) or not 0 < len(fields["summary"]) <= 255:
        raise Broken("a summary has 1 to 255 characters")
    _require_description(site, fields["description"])
    for id in set(fields) - {"project", "issuetype", "summary", "description"}:
        if id not in site.screen:
            message = "Field cannot be set. It is not on the appropriate screen, or unknown."
            return Answered({"errorMessages": [], "errors": {id: message}}, 400)
        _require_form(id, site.screen[id], fields[id])
    issue = site.add(site.now, **{id: fields[id] for id in fields if id not in ("project", "issuetype")})
    issue.title = issue.more.pop("summary")
    return Answered({"id": str(10_000 + issue.number), "key": f"SEC-{issue.number}", "self": "…"}, 201)


def _require_description(site: JiraSite, said: Any) -> None:
    if not site.is_cloud:
        if not isinstance(said, str):
            raise Broken("a description of version 2 is a text")
        return
    if not isinstance(said, dict) or said.get("type") != "doc" or said.get("version") != 1:
        raise Broken("a description of version 3 is a document")
    for paragraph in said["content"]:
        if paragraph["type"] != "paragraph":
            raise Broken("expected paragraphs")
        for node in paragraph["content"]:
            if node["type"] == "text" and (not node["text"] or "\n" in node["text"]):
                raise Broken("a text node is neither empty nor of several lines")
            if node["type"] not in ("text", "hardBreak"):
                raise Broken(f"unknown node {node}")


def _require_form(id: str, about: dict[str, Any], said: Any) -> None:
    type = about["schema"]["type"]
    forms = {"number": float, "string": str, "date": str, "array": list, "option": dict, "priority": dict}
    if not isinstance(said, forms[type]):
        raise Broken(f"{id} is of the type {type}, not {said!r}")
    known = {each["id"] for each in about.get("allowedValues", [])}
    for each in said if isinstance(said, list) else [said]:
        if known and each.get("id") not in known:
            raise Broken(f"{id} has no value {each!r}")


def _issue(site: JiraSite, issue: Issue, asked: Asked) -> Answered:
    if asked.method != "GET" or set(asked.query) != {"fields"}:
        raise Broken("expected GET with fields")
    return Answered(site._shown(issue, asked.query["fields"].split(",")))


def _transitions(site: JiraSite, issue: Issue, asked: Asked) -> Answered:
    to = site.leads.get(issue.status, list(site.statuses))
    known = [
        {
            "id": f"{number}1", "name": f"To {site.statuses[id][0]}",
            "to": {"id": id, "name": site.statuses[id][0]},
            "fields": site.moving.get(id, {}),
        }
        for number, id in enumerate(to, start=1)
    ]  # fmt: skip
    if asked.method == "GET":
        if asked.query != {"expand": "transitions.fields"}:
            raise Broken("expected expand=transitions.fields")
        return Answered({"expand": "transitions", "transitions": known})
    said = asked.body
    if set(said) - {"fields"} != {"transition"} or set(said["transition"]) != {"id"}:
        raise Broken(f"expected a transition, found {said}")
    chosen = next((each for each in known if each["id"] == said["transition"]["id"]), None)
    if chosen is None:
        return Answered({"errorMessages": ["It is not valid for this issue."]}, 400)
    if lacking := [
        id for id, each in chosen["fields"].items() if each["required"] and id not in said.get("fields", {})
    ]:
        return Answered({"errorMessages": [], "errors": dict.fromkeys(lacking, "It is required.")}, 400)
    issue.move(site.now + timedelta(seconds=1), chosen["to"]["id"])
    if resolution := said.get("fields", {}).get("resolution"):
        issue.more["resolution"] = {
            "id": resolution["id"],
            "name": {"1": "Done", "2": "Won't Do"}[resolution["id"]],
        }
    return Answered(None, 204, content=b"")


NOT_YOURS = Answered({"errorMessages": ["Only Jira administrators can do that."]}, 403)


def make_field(site: JiraSite, asked: Asked) -> Answered:
    """POST field: a custom field of a type that there is, with the searcher of that type."""
    said = asked.body
    if set(said) != {"name", "description", "type", "searcherKey"}:
        raise Broken(f"unknown body {said}")
    type = said["type"].removeprefix(PREFIX)
    if said["searcherKey"] != f"{PREFIX}{SEARCHERS[type]}":
        raise Broken(f"{said['searcherKey']} does not search {type}")
    if not site.is_administrator:
        return NOT_YOURS
    id = f"customfield_{20_000 + len(site.fields)}"
    site.fields[id], site.forms[id] = said["name"], {"custom": said["type"]}
    site.options[id] = []
    return Answered({"id": id, "name": said["name"], "schema": site.forms[id]}, 201)


def _context(site: JiraSite, id: str, asked: Asked, *, of_options: bool) -> Answered:
    if not site.is_cloud:
        return Answered({"errorMessages": ["null for uri"]}, 404)
    if not site.is_administrator:
        return NOT_YOURS
    if not of_options:
        return Answered({"values": [{"id": "10200", "isGlobalContext": True}], "isLast": True})
    if asked.method == "POST":
        said = asked.body
        if set(said) != {"options"} or any(set(each) != {"value"} for each in said["options"]):
            raise Broken(f"unknown body {said}")
        site.options[id] += [each["value"] for each in said["options"]]
    return Answered({"values": [{"value": each} for each in site.options[id]], "isLast": True})


def _to_default_screen(site: JiraSite, id: str, asked: Asked) -> Answered:
    if asked.method != "POST" or id not in site.fields:
        raise Broken("expected POST of a field that there is")
    if not site.is_administrator:
        return NOT_YOURS
    site.shown.append(id)
    return Answered(None, 200, content=b"")
