"""The part of the API's access table that is about planning, people and what is told of all of it."""

from __future__ import annotations

from tests.api.operation import Operation
from tests.rules.rows import ADMINISTRATOR, MANAGER, MEMBER

CYCLE = {"key": "{cycle}"}
SCENARIO = {"key": "{scenario}"}
PLAN = "apiVersion: throughline/v1\nkind: Plan\ngoals:\n  - key: calm\n    title: Stay calm\n"

OF_SUBJECTS = {
    # Rooms: everybody reads them, each as she sees them; runs of training: their person, who is Ada
    "list_rooms": Operation(),
    "read_room": Operation(path={"id": "{room}"}),
    "read_outcome": Operation(path=SCENARIO),
    "read_forecast_scores": Operation(),
    "read_own_calibration": Operation(),
    "read_own_run": Operation(ADMINISTRATOR, {"id": "{run}"}),
    # Planning, boards, surveys, the shelf: everybody reads them
    "read_stages": Operation(path=CYCLE),
    "read_goals_beside": Operation(path=CYCLE),
    "list_other_objectives": Operation(path=CYCLE),
    "list_ways": Operation(path=CYCLE),
    "read_cycle_document": Operation(path=CYCLE),
    "list_boards": Operation(query="?cycle={cycle}"),
    "read_board": Operation(path={"id": "{board}"}),
    "list_surveys": Operation(),
    "read_survey": Operation(path={"id": "{survey}"}),
    "list_shelf": Operation(path=CYCLE, query="?kind=talk&q=talk"),
    # People: members of themselves, managers of the team what each lets them see
    "read_own_work": Operation(MEMBER),
    "list_team": Operation(MANAGER),
    "list_rungs": Operation(MEMBER),
    "list_work": Operation(path=CYCLE, query="?incomplete=yes"),
    "read_own_next": Operation(MEMBER, query="?cycle={cycle}"),
    "read_next_of": Operation(MANAGER, {"id": "{worker}"}),
    "read_match": Operation(MANAGER, CYCLE),
    "read_triangle": Operation(MANAGER, CYCLE),
    "read_published": Operation(MEMBER, CYCLE),
    # What is told: everybody reads it, members what is learnt of the weights
    "list_narratives": Operation(),
    "read_narrative": Operation(path={"key": "{narrative}"}),
    "read_stories": Operation(query="?cycle={cycle}"),
    "list_grades": Operation(path=CYCLE),
    "read_predictability": Operation(),
    # The plan as code, the audit record, who there is
    "export_plan": Operation(MANAGER, query="?cycle={cycle}"),
    "list_audit": Operation(ADMINISTRATOR, query="?q=series"),
    "list_people": Operation(ADMINISTRATOR),
    # Writing
    "give_number": Operation(
        MEMBER, {"id": "{room}"}, {"probability": 0.1, "loss_low": 1e5, "loss_high": 2e6}
    ),
    "move_stage": Operation(MANAGER, {**CYCLE, "stage": "inspiration"}, {"state": "done"}),
    "apply_plan": Operation(MANAGER, body={"text": PLAN, "dry_run": True}),
}
