"""Rows of the access table about people and the work that they are given."""

from __future__ import annotations

from tests.rules.rows import ADMINISTRATOR, MANAGER, MEMBER, VIEWER, Row

WORK = {
    # Oneself: the person's own, whoever she is; a goal and work of somebody else are absent
    "my-work": Row(MEMBER),
    "my-work-json": Row(MEMBER),
    "my-work-csv": Row(MEMBER),
    "my-work-first": Row(MEMBER, MEMBER),
    "my-interests": Row(None, MEMBER),
    "my-skills": Row(None, MEMBER),
    "my-goals": Row(None, MEMBER),
    "my-goal-end": Row(None, ADMINISTRATOR, {"id": "{growth_goal}"}),
    "my-goal-confirm": Row(None, ADMINISTRATOR, {"id": "{growth_goal}"}),
    "my-visibility": Row(None, MEMBER),
    "my-sharing": Row(None, MEMBER),
    "my-weeks": Row(None, MEMBER, {"key": "{cycle}"}),
    "look-back": Row(ADMINISTRATOR, ADMINISTRATOR, {"key": "{own_work}"}),
    # The team's weeks: its managers
    "team-work": Row(MANAGER),
    "team-work-json": Row(MANAGER),
    "team-work-csv": Row(MANAGER),
    "member-weeks": Row(None, MANAGER, {"id": "{worker}", "key": "{cycle}"}),
    "ladder": Row(MEMBER, MANAGER),
    "ladder-json": Row(MEMBER),
    "ladder-csv": Row(MEMBER),
    "ladder-yaml": Row(MEMBER),
    "ladder-retire": Row(None, MANAGER),
    "ladder-restore": Row(None, MANAGER),
    # What next: one's own, and in a 1:1 that of who one plans for; Ada is the person that is asked for
    "next": Row(MEMBER),
    "next-json": Row(MEMBER),
    "next-csv": Row(MEMBER),
    "next-answer": Row(None, MEMBER),
    "next-person": Row(MANAGER, kwargs={"id": "{worker}"}),
    "next-person-json": Row(MANAGER, kwargs={"id": "{worker}"}),
    "next-person-csv": Row(MANAGER, kwargs={"id": "{worker}"}),
    "next-progress": Row(MEMBER, kwargs={"key": "{cycle}", "id": "{matched}"}),
    # It has no job, so there is nothing to cancel.
    "next-cancel": Row(None, MEMBER, {"key": "{cycle}", "id": "{matched}"}),
    "next-again": Row(None, MEMBER, {"key": "{cycle}", "id": "{matched}"}),
    "work-kinds": Row(MEMBER, MANAGER),
    "work": Row(VIEWER),
    "cycle-work": Row(VIEWER, kwargs={"key": "{cycle}"}),
    "cycle-work-json": Row(VIEWER, kwargs={"key": "{cycle}"}),
    "cycle-work-csv": Row(VIEWER, kwargs={"key": "{cycle}"}),
    # Of others' work; owners describe their own.
    "initiative-staffing": Row(MANAGER, MANAGER, {"key": "{initiative}"}),
    "key-result-staffing": Row(MANAGER, MANAGER, {"id": "{key_result}"}),
    "work-kind": Row(None, MANAGER, {"key": "{work_kind}"}),
    "work-kind-retire": Row(None, MANAGER, {"key": "{work_kind}"}),
    "initiative-who": Row(VIEWER, kwargs={"key": "{initiative}"}),
    "key-result-who": Row(VIEWER, kwargs={"id": "{key_result}"}),
    # Who does what: managers plan it, members read what is published
    "match": Row(MANAGER),
    "match-of": Row(MANAGER, kwargs={"key": "{cycle}"}),
    "match-json": Row(MANAGER, kwargs={"key": "{cycle}"}),
    "match-csv": Row(MANAGER, kwargs={"key": "{cycle}"}),
    "match-triangle-json": Row(MANAGER, kwargs={"key": "{cycle}"}),
    "match-triangle-csv": Row(MANAGER, kwargs={"key": "{cycle}"}),
    "match-weights": Row(MANAGER, MANAGER, {"key": "{cycle}"}),
    "match-keep": Row(None, MANAGER, {"key": "{cycle}"}),
    "match-publish": Row(MANAGER, MANAGER, {"key": "{cycle}"}),
    "match-published": Row(MEMBER, kwargs={"key": "{cycle}"}),
    "match-published-json": Row(MEMBER, kwargs={"key": "{cycle}"}),
    "match-published-csv": Row(MEMBER, kwargs={"key": "{cycle}"}),
    "match-sheets": Row(MANAGER, kwargs={"key": "{cycle}"}),
    "match-sheet": Row(MANAGER, kwargs={"key": "{cycle}", "id": "{worker}"}),
    # Stories: everybody reads them, the owner of the work and managers write them; nobody owns these two
    "narratives": Row(VIEWER),
    "narratives-json": Row(VIEWER),
    "narrative": Row(VIEWER, kwargs={"key": "{narrative}"}),
    "narrative-json": Row(VIEWER, kwargs={"key": "{narrative}"}),
    "narrative-beside": Row(VIEWER, query="?narrative=shift-left"),
    "narrative-take": Row(
        MANAGER, kwargs={"key": "{narrative}"}, query="?objective=fewer-surprises&number=1"
    ),
    "initiative-story": Row(MANAGER, MANAGER, {"key": "{initiative}"}),
    "key-result-story": Row(MANAGER, MANAGER, {"id": "{sketch}"}),
    "stories": Row(VIEWER),
    "stories-json": Row(VIEWER),
    "stories-csv": Row(VIEWER),
}
