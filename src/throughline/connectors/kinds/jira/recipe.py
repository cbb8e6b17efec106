"""The custom fields that a Jira lacks for a vulnerability: which are there, and made where one asks for it.

Cloud lists and makes the choices of a field (field/{id}/context); Data Center has no address for that: there
severity is a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from throughline.connectors.asking import Asking
from throughline.connectors.kinds.jira import sites
from throughline.connectors.kinds.jira.mapping import JiraField, guessed_field
from throughline.connectors.kinds.jira.tool import CLOUD, mapping_of, root_of
from throughline.connectors.shape import Made, Settings
from throughline.engine.refusals import Refused

TYPES = "com.atlassian.jira.plugin.system.customfieldtypes:"
SELECT, TEXT, NUMBER, DATE = "select", "textfield", "float", "datepicker"
SEARCHED_BY = {SELECT: "multiselectsearcher", TEXT: "textsearcher", NUMBER: "exactnumber", DATE: "daterange"}
RIGHT = "Give the account the right to administer Jira while it is applied, and take it back afterwards."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field that a vulnerability has; `target` is what a mapping calls it."""

    target: str
    name: str
    type: str
    says: str
    choices: tuple[str, ...] = ()


WANTED = (
    Wanted("severity", "Severity", SELECT, "How bad it is.", ("Critical", "High", "Medium", "Low", "Info")),
    Wanted("cvss_score", "CVSS score", NUMBER, "From 0 to 10."),
    Wanted("cvss_vector", "CVSS vector", TEXT, "As it is written: CVSS:3.1/AV:N/…"),
    Wanted("cwe", "CWE", TEXT, "The weakness, such as CWE-79."),
    Wanted("vulnerability_ids", "CVE", TEXT, "Its CVE or other ids, with commas."),
    Wanted("source", "Found by", TEXT, "The scanner, programme or person."),
    Wanted("introduced", "Introduced", DATE, "When it came into being."),
    Wanted("identified", "Identified", DATE, "When it was found."),
    Wanted("mitigated", "Mitigated", DATE, "When it was mended, where that is not the day of closing."),
)


class Recipe:
    """See shape.Recipe."""

    def steps(self, asking: Asking, settings: Settings, *, apply: bool) -> Iterator[Made]:
        root, is_cloud = root_of(settings), settings["deployment"] == CLOUD
        known = [each for each in sites.listed(asking, f"{root}/field") if _is_custom(each)]
        mapped = mapping_of(settings).fields
        for wanted in WANTED:
            found = _found(wanted, mapped, known)
            if found is None:
                yield _made(asking, root, wanted, is_cloud=is_cloud, apply=apply)
            elif is_cloud and _lacks_choices(asking, root, wanted, found):
                # It was being made when something broke off.
                if apply:
                    _put_choices(asking, root, wanted, str(found["id"]))
                yield Made(wanted.name, str(found["id"]), "its choices", is_made=apply)
            else:
                yield Made(wanted.name, str(found["id"]), "")


def _is_custom(field: Mapping[str, Any]) -> bool:
    return str(field.get("id")).startswith("customfield_")


def _found(
    wanted: Wanted, mapped: Mapping[str, str], known: Sequence[Mapping[str, Any]]
) -> Mapping[str, Any] | None:
    """The field that is mapped, else the one whose name says it."""
    named = [JiraField(str(each["id"]), str(each.get("name"))) for each in known]
    id = mapped.get(wanted.target) or guessed_field(wanted.target, named)
    return next((each for each in known if each["id"] == id), None)


def _made(asking: Asking, root: str, wanted: Wanted, *, is_cloud: bool, apply: bool) -> Made:
    type = wanted.type if is_cloud or wanted.type != SELECT else TEXT
    what = f"a field of the type {type}"
    if not apply:
        return Made(wanted.name, "", what)
    body = {
        "name": wanted.name,
        "description": wanted.says,
        "type": f"{TYPES}{type}",
        "searcherKey": f"{TYPES}{SEARCHED_BY[type]}",
    }
    said = _administered(asking, f"{root}/field", body)
    id = said.get("id") if isinstance(said, dict) else None
    if not isinstance(id, str) or not id:
        raise asking.nonsense("a field that was made has an id", said, place="/field")
    if type == SELECT:
        _put_choices(asking, root, wanted, id)
    try:
        asking.post(f"{root}/screens/addToDefault/{id}", None)
    except Refused as refused:
        # The field is there; where it is shown is another matter.
        what = f"{what}, which is on no screen yet ({refused.message})"
    return Made(wanted.name, id, what, is_made=True)


def _lacks_choices(asking: Asking, root: str, wanted: Wanted, field: Mapping[str, Any]) -> bool:
    """Whether a field to choose from offers nothing; one that offers other things is somebody's own."""
    if not wanted.choices or (field.get("schema") or {}).get("custom") != f"{TYPES}{SELECT}":
        return False
    context = _context(asking, root, str(field["id"]))
    said = asking.get(f"{root}/field/{field['id']}/context/{context}/option")
    return isinstance(said, dict) and said.get("values") == []


def _put_choices(asking: Asking, root: str, wanted: Wanted, id: str) -> None:
    context = _context(asking, root, id)
    body = {"options": [{"value": each} for each in wanted.choices]}
    _administered(asking, f"{root}/field/{id}/context/{context}/option", body)


def _context(asking: Asking, root: str, id: str) -> str:
    try:
        said = asking.get(f"{root}/field/{id}/context")
    except Refused as refused:
        raise _mended(refused) from refused
    found = said.get("values") if isinstance(said, dict) else None
    if not isinstance(found, list) or not found or "id" not in found[0]:
        raise asking.nonsense("a field has a context", said, place="/context")
    return str(found[0]["id"])


def _administered(asking: Asking, path: str, body: Any) -> Any:
    try:
        return asking.post(path, body)
    except Refused as refused:
        raise _mended(refused) from refused


def _mended(refused: Refused) -> Refused:
    if refused.code != "answered_403":
        return refused
    return Refused(f"{refused.message} {RIGHT}", code=refused.code)


recipe = Recipe()
