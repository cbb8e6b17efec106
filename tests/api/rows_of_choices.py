"""The part of the API's access table that is about risk in money, what is chosen, and what came of it."""

from __future__ import annotations

from tests.api.operation import MAYBE, Operation
from tests.rules.rows import ADMINISTRATOR, MANAGER, MEMBER

CYCLE = {"key": "{cycle}"}
CANDIDATE = {"id": "{candidate}"}
SCENARIO = {"key": "{scenario}"}
MAY_HAPPEN = {
    "statement": "A laptop is taken over",
    "criteria": "The response team says so in writing.",
    "judge": "Max",
    "start": "2031-01-01",
}
ESTIMATE = {"frequency": {"probability": 0.1, "per": "year"}, "loss": {"ci90": [1e5, 2e6]}}
WORK = {"key": "{initiative}"}
BORNE = {"points": [{"loss": 1e6, "probability": 0.1}, {"loss": 1e7, "probability": 0.01}]}
COUNTED = {"kind": "gamma_poisson", "title": "Laptops taken over", "events": 3, "exposure": 10}
KEV = (
    b"cveID,vendorProject,product,dateAdded\n"
    b"CVE-2026-0001,Acme,Gate,2026-01-02\nCVE-2026-0002,Acme,Gate,2026-05-02\n"
)
ROOM = {"id": "{room}"}
WORKED = {**CYCLE, "id": "{worked}"}

OF_CHOICES = {
    # Candidates: everybody reads them, members write them
    "list_candidates": Operation(path=CYCLE),
    "read_candidate": Operation(path=CANDIDATE),
    "add_candidate": Operation(MEMBER, CYCLE, {"title": "Keys that expire", "effort_low": 2}),
    "change_candidate": Operation(MEMBER, CANDIDATE, {"effort_low": 2, "effort_high": 4}),
    "drop_candidate": Operation(MEMBER, CANDIDATE, {"dropped": True, "reason": "Too late"}),
    # The choice: everybody reads it, members have it worked out, managers say under what and take it
    "read_portfolio": Operation(path=CYCLE, query="?capacity=30&more=1"),
    "read_rules": Operation(path=CYCLE),
    "state_rules": Operation(MANAGER, CYCLE, {"capacity": 40}),
    # It has ended already.
    "cancel_portfolio": Operation(MEMBER, WORKED, done=MAYBE),
    "work_out_again": Operation(MEMBER, WORKED),
    "read_chosen": Operation(MANAGER, CYCLE),
    "make_chosen": Operation(MANAGER, CYCLE, {"candidates": []}),
    # Its effort is not said yet.
    "make_one": Operation(MANAGER, CANDIDATE, done=MAYBE),
    # Risk: everybody reads it, members estimate, managers write
    "list_scenarios": Operation(query="?tag=identity&owner=Max&stale=yes"),
    "read_scenario": Operation(path=SCENARIO),
    "read_register": Operation(),
    "read_curve": Operation(query="?loss=2.5M&from=1M&to=5M&since=2026-11-01"),
    "read_risk_document": Operation(),
    "read_what_if": Operation(query="?initiative={initiative}"),
    "add_scenario": Operation(MANAGER, body=MAY_HAPPEN),
    "change_scenario": Operation(MANAGER, SCENARIO, {"tags": ["identity"]}),
    "estimate_scenario": Operation(MEMBER, SCENARIO, ESTIMATE),
    "archive_scenario": Operation(MANAGER, SCENARIO, {"archived": True}, done=MAYBE),
    "link_scenario": Operation(MANAGER, SCENARIO, {"to": "objective:fewer-surprises"}),
    "unlink_scenario": Operation(MANAGER, {**SCENARIO, "to": "objective:{objective}"}),
    "read_initiative_risk": Operation(path=WORK),
    "treat_scenario": Operation(
        MANAGER, {**WORK, "scenario": "{scenario}"}, {"frequency": {"low": 0.3, "high": 0.6}}
    ),
    "treat_no_more": Operation(MANAGER, {**WORK, "scenario": "{scenario}"}),
    "state_cost": Operation(MANAGER, WORK, {"low": 4e4, "high": 9e4}),
    "read_appetite": Operation(),
    "state_appetite": Operation(MANAGER, body=BORNE),
    # Base rates: everybody reads them, members keep them
    "list_base_rates": Operation(path=SCENARIO),
    "add_base_rate": Operation(MEMBER, SCENARIO, COUNTED),
    "bring_in_base_rate": Operation(MEMBER, SCENARIO, KEV, query="?kind=kev&file_name=kev.csv"),
    "withdraw_base_rate": Operation(MEMBER, {"id": "{base_rate}"}, {"withdrawn": True}),
    # Grades of finished work, which is Ada's: managers grade it as well, and only she reads what she said
    "read_learning": Operation(MEMBER),
    "read_own_outcomes": Operation(MEMBER),
    "grade_initiative": Operation(MANAGER, {"key": "{finished_work}"}, {"overall": 4, "impact": 3}),
    "grade_key_result_as_work": Operation(MANAGER, {"id": "{closed_key_result}"}, {"overall": 4}),
    "take_back_grades": Operation(ADMINISTRATOR, {"id": "{own_outcome}"}),
    # Rooms: one is open about the scenario already; Ada leads it, and managers
    "open_forecast_room": Operation(MEMBER, SCENARIO, {"panel": ["Max", "Mia"]}, done=MAYBE),
    "move_room": Operation(MANAGER, ROOM, {"step": "cancel"}),
    "join_room": Operation(MEMBER, ROOM, {}, done=MAYBE),
    # Nothing is revealed yet.
    "say_in_room": Operation(path=ROOM, body={"text": "Why so high?"}, done=MAYBE),
    # Max judges it.
    "say_outcome": Operation(MANAGER, SCENARIO, {"outcome": "void", "evidence": "The system is gone."}),
    # Training is everybody's own; the run is Ada's
    "begin_training": Operation(body={"set": "on-the-wire"}),
    "answer_training": Operation(
        ADMINISTRATOR, {"id": "{run}"}, {"question": "none", "probability": 0.5}, done=MAYBE
    ),
    # Comments: everybody reads and makes them; the one that is resolved is Ada's
    "list_comments": Operation(path=CYCLE),
    "comment_on_cycle": Operation(path=CYCLE, body={"text": "Why so few?"}),
    "resolve_comment": Operation(MANAGER, {"id": "{comment}"}),
}
