"""The part of the API's access table that is about risk, planning, people and what is told of all of it."""

from __future__ import annotations

from tests.api.operation import Operation
from tests.rules.rows import ADMINISTRATOR, MANAGER, MEMBER

CYCLE = {"key": "{cycle}"}
SCENARIO = {"key": "{scenario}"}
MAY_HAPPEN = {
    "statement": "A laptop is taken over",
    "criteria": "The response team says so in writing.",
    "judge": "Max",
    "start": "2031-01-01",
}
PLAN = "apiVersion: throughline/v1\nkind: Plan\ngoals:\n  - key: calm\n    title: Stay calm\n"

OF_SUBJECTS = {
    # Risk: everybody reads it
    "list_scenarios": Operation(query="?tag=identity&owner=Max&stale=yes"),
    "read_scenario": Operation(path=SCENARIO),
    "read_register": Operation(),
    "read_curve": Operation(query="?loss=2.5M&from=1M&to=5M&since=2026-11-01"),
    "read_risk_document": Operation(),
    "read_what_if": Operation(query="?initiative={initiative}"),
    # Rooms: everybody reads them, each as she sees them; runs of training: their person, who is Ada
    "list_rooms": Operation(),
    "read_room": Operation(path={"id": "{room}"}),
    "read_outcome": Operation(path=SCENARIO),
    "read_forecast_scores": Operation(),
    "read_own_calibration": Operation(),
    "read_own_run": Operation(ADMINISTRATOR, {"id": "{run}"}),
    # Planning, boards, candidates, surveys, the shelf: everybody reads them
    "read_stages": Operation(path=CYCLE),
    "read_goals_beside": Operation(path=CYCLE),
    "list_other_objectives": Operation(path=CYCLE),
    "list_ways": Operation(path=CYCLE),
    "read_cycle_document": Operation(path=CYCLE),
    "list_boards": Operation(query="?cycle={cycle}"),
    "read_board": Operation(path={"id": "{board}"}),
    "list_candidates": Operation(path=CYCLE),
    "read_candidate": Operation(path={"id": "{candidate}"}),
    "read_portfolio": Operation(path=CYCLE),
    "read_rules": Operation(path=CYCLE),
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
    "read_learning": Operation(MEMBER),
    "list_grades": Operation(path=CYCLE),
    "read_predictability": Operation(),
    "read_report": Operation(path=CYCLE),
    "list_dashboards": Operation(),
    "read_dashboard": Operation(path={"key": "{dashboard}"}),
    # The plan as code, the audit record, who there is
    "export_plan": Operation(MANAGER, query="?cycle={cycle}"),
    "list_audit": Operation(ADMINISTRATOR, query="?q=series"),
    "list_people": Operation(ADMINISTRATOR),
    # Writing
    "give_number": Operation(
        MEMBER, {"id": "{room}"}, {"probability": 0.1, "loss_low": 1e5, "loss_high": 2e6}
    ),
    "add_scenario": Operation(MANAGER, body=MAY_HAPPEN),
    "change_scenario": Operation(MANAGER, SCENARIO, {"tags": ["identity"]}),
    "estimate_scenario": Operation(
        MEMBER, SCENARIO, {"frequency": {"probability": 0.1, "per": "year"}, "loss": {"ci90": [1e5, 2e6]}}
    ),
    "add_candidate": Operation(MEMBER, CYCLE, {"title": "Keys that expire", "effort_low": 2}),
    "change_candidate": Operation(MEMBER, {"id": "{candidate}"}, {"effort_low": 2, "effort_high": 4}),
    "drop_candidate": Operation(MEMBER, {"id": "{candidate}"}, {"dropped": True, "reason": "Too late"}),
    "move_stage": Operation(MANAGER, {**CYCLE, "stage": "inspiration"}, {"state": "done"}),
    "apply_plan": Operation(MANAGER, body={"text": PLAN, "dry_run": True}),
}
