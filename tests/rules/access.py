"""The access table: one row an address. A new address without a row fails the suite.

`get` and `post` name the least role that is let through (None: the method is not allowed there), `kwargs`
says which object is asked for, `team` that only those who see the object's team may.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PUBLIC = "public"
VIEWER, MEMBER, MANAGER, ADMINISTRATOR = ORDER = ["viewer", "member", "manager", "administrator"]

SEEN = frozenset({200, 302})
# An empty form is refused in the page's own way, which is beside the point here.
DONE = frozenset({200, 302, 303, 400, 409, 422})


@dataclass(frozen=True, slots=True)
class Row:
    get: str | None = VIEWER
    post: str | None = None
    kwargs: dict[str, str | int] = field(default_factory=dict)
    team: bool = False
    ok: frozenset[int] = SEEN
    posted: frozenset[int] = DONE
    query: str = ""


# Text in braces is filled from the objects that tests/rules/conftest.py makes.
ROWS = {
    # The house
    "healthz": Row(PUBLIC),
    "sign-in": Row(PUBLIC, PUBLIC),
    "sign-in-link": Row(PUBLIC, PUBLIC, {"token": "spent"}, ok=frozenset({410}), posted=frozenset({410})),
    "sign-out": Row(None, VIEWER),
    "account": Row(VIEWER, VIEWER),
    "account-password": Row(None, VIEWER),
    "account-theme": Row(None, VIEWER),
    "people": Row(ADMINISTRATOR),
    "people-json": Row(ADMINISTRATOR),
    "people-csv": Row(ADMINISTRATOR),
    "people-invite": Row(None, ADMINISTRATOR),
    "person": Row(ADMINISTRATOR, ADMINISTRATOR, {"id": "{person}"}),
    "person-link": Row(None, ADMINISTRATOR, {"id": "{person}"}),
    "team-add": Row(None, ADMINISTRATOR),
    "audit": Row(ADMINISTRATOR),
    "audit-json": Row(ADMINISTRATOR),
    "audit-csv": Row(ADMINISTRATOR),
    # The job is the administrator's own.
    "job": Row(ADMINISTRATOR, kwargs={"id": "{job}"}),
    "job-json": Row(ADMINISTRATOR, kwargs={"id": "{job}"}),
    "job-cancel": Row(None, ADMINISTRATOR, {"id": "{job}"}),
    # Services
    "services": Row(VIEWER),
    "services-json": Row(VIEWER),
    "services-csv": Row(VIEWER),
    "sla-policy": Row(MANAGER, MANAGER),
    "service-add": Row(None, MANAGER),
    "service": Row(MANAGER, MANAGER, {"id": "{service}"}),
    # Home
    "home": Row(VIEWER),
    "home-json": Row(VIEWER),
    "sample": Row(None, ADMINISTRATOR),
    "palette": Row(VIEWER),
    # Vulnerabilities: the slice of one's teams
    "vulnerabilities": Row(VIEWER),
    "vulnerabilities-json": Row(VIEWER),
    "vulnerabilities-csv": Row(VIEWER),
    "vulnerabilities-originals": Row(MEMBER),
    "vulnerabilities-triage": Row(None, MEMBER),
    "vulnerabilities-undo": Row(None, MEMBER),
    "vulnerability": Row(VIEWER, kwargs={"id": "{vulnerability}"}, team=True),
    "vulnerability-json": Row(VIEWER, kwargs={"id": "{vulnerability}"}, team=True),
    "vulnerability-triage": Row(None, MEMBER, {"id": "{vulnerability}"}, team=True),
    "vulnerability-undo": Row(None, MEMBER, {"id": "{vulnerability}"}, team=True),
    # What is said of key results: the owner and managers; Max owns the one that is asked for
    "check-ins": Row(VIEWER),
    "check-ins-json": Row(VIEWER),
    "check-ins-csv": Row(VIEWER),
    "key-result-check-in": Row(MANAGER, MANAGER, {"id": "{key_result}"}),
    "key-result-post-mortem": Row(MANAGER, MANAGER, {"id": "{key_result}"}),
    "key-result-override": Row(MANAGER, MANAGER, {"id": "{key_result}"}),
    "key-result-drop": Row(MANAGER, MANAGER, {"id": "{key_result}"}),
    "key-result-carry": Row(None, MANAGER, {"id": "{key_result}"}),
    "cycle-review": Row(VIEWER, MANAGER, {"key": "{cycle}"}),
    "cycle-grades": Row(VIEWER, kwargs={"key": "{cycle}"}),
    "cycle-grades-json": Row(VIEWER, kwargs={"key": "{cycle}"}),
    "cycle-grades-csv": Row(VIEWER, kwargs={"key": "{cycle}"}),
    "predictability": Row(VIEWER),
    "predictability-json": Row(VIEWER),
    "predictability-csv": Row(VIEWER),
    # What came of a scenario: everybody reads it, its judge says it, or a manager
    "scenario-resolve": Row(VIEWER, MANAGER, {"key": "{scenario}"}),
    "scenario-resolve-json": Row(VIEWER, kwargs={"key": "{scenario}"}),
    # How good panels were; what a panel lets its facilitator see is for her alone: Ada leads that room
    "forecast-scores": Row(VIEWER),
    "forecast-scores-json": Row(VIEWER),
    "forecast-scores-csv": Row(VIEWER),
    "room-share-score": Row(None, ADMINISTRATOR, {"id": "{led_room}"}),
    "room-shared-scores": Row(ADMINISTRATOR, kwargs={"id": "{led_room}"}),
    # Calibration: each person's own. The run is the administrator's.
    "calibration": Row(VIEWER),
    "calibration-json": Row(VIEWER),
    "calibration-csv": Row(VIEWER),
    "calibration-set": Row(VIEWER, VIEWER, {"slug": "{training}"}),
    "calibration-run": Row(ADMINISTRATOR, ADMINISTRATOR, {"id": "{run}"}),
    "calibration-run-json": Row(ADMINISTRATOR, kwargs={"id": "{run}"}),
    "calibration-answer": Row(ADMINISTRATOR, kwargs={"id": "{run}", "number": 1}),
    # The thread
    "thread": Row(VIEWER),
    "thread-json": Row(VIEWER),
    "thread-csv": Row(VIEWER),
    # What changed: nobody follows what she may not see
    "live-json": Row(VIEWER, ok=frozenset({400})),
    # Standing decisions
    "triage-rules": Row(MANAGER),
    "triage-rules-json": Row(MANAGER),
    "triage-rule-new": Row(MANAGER, MANAGER),
    "triage-rule-tried": Row(None, MANAGER),
    "triage-rule": Row(MANAGER, MANAGER, {"id": "{rule}"}),
    "triage-rule-switch": Row(None, MANAGER, {"id": "{rule}"}),
    # What sources see, and what is one
    "sources": Row(VIEWER),
    "sources-json": Row(VIEWER),
    "sources-csv": Row(VIEWER),
    "rekeys": Row(VIEWER),
    "rekeys-json": Row(VIEWER),
    "rekeys-csv": Row(VIEWER),
    "rekey": Row(None, MEMBER, {"id": "{rekey}"}, team=True),
    "vulnerability-merge": Row(None, MEMBER, {"id": "{vulnerability}"}, team=True),
    "finding-split": Row(None, MEMBER, {"id": "{finding}"}, team=True),
    # Imports: an upload is seen by its owner only
    "imports": Row(MANAGER),
    "imports-json": Row(MANAGER),
    "imports-csv": Row(MANAGER),
    "import-new": Row(MANAGER, MANAGER),
    "import-upload": Row(ADMINISTRATOR, ADMINISTRATOR, {"id": "{upload}"}),
    "import-upload-drop": Row(None, ADMINISTRATOR, {"id": "{upload}"}),
    "import": Row(MANAGER, kwargs={"id": "{import}"}),
    "import-json": Row(MANAGER, kwargs={"id": "{import}"}),
    # Metrics
    "metrics": Row(VIEWER),
    "metrics-json": Row(VIEWER, query="?metric=count()"),
    "metrics-csv": Row(VIEWER, query="?metric=count()"),
    "metrics-figures": Row(VIEWER),
    # Series: read by everybody signed in, entered by members, defined by managers
    "all-series": Row(VIEWER),
    "all-series-json": Row(VIEWER),
    "all-series-csv": Row(VIEWER),
    "series-new": Row(MANAGER, MANAGER),
    "series": Row(VIEWER, kwargs={"name": "{series}"}),
    "series-json": Row(VIEWER, kwargs={"name": "{series}"}),
    "series-csv": Row(VIEWER, kwargs={"name": "{series}"}),
    "series-enter": Row(None, MEMBER, {"name": "{series}"}),
    "series-withdraw": Row(None, MEMBER, {"name": "{series}"}),
    "series-change": Row(None, MANAGER, {"name": "{series}"}),
    # The plan as a file
    "plan": Row(MANAGER, MANAGER),
    "plan-yaml": Row(MANAGER),
    "plan-json": Row(MANAGER),
    # Key results: read by everybody signed in
    "key-results": Row(VIEWER),
    "key-results-json": Row(VIEWER),
    "key-results-csv": Row(VIEWER),
    "key-result-new": Row(MANAGER, MANAGER),
    "key-result-preview": Row(MANAGER),
    "key-result": Row(VIEWER, kwargs={"id": "{key_result}"}),
    "key-result-json": Row(VIEWER, kwargs={"id": "{key_result}"}),
    "key-result-csv": Row(VIEWER, kwargs={"id": "{key_result}"}),
    "key-result-change": Row(None, MANAGER, {"id": "{key_result}"}),
    "key-result-close": Row(None, MANAGER, {"id": "{key_result}"}),
    "key-result-fields": Row(MANAGER),
    "key-result-done": Row(None, MEMBER, {"id": "{event}"}),
    "completion-withdraw": Row(None, MEMBER, {"id": "{event}", "completion": "{completion}"}),
    # The plan: read by everybody signed in, written by managers
    "goals": Row(VIEWER),
    "goal-new": Row(MANAGER, MANAGER),
    "goal-edit": Row(MANAGER, MANAGER, {"key": "{goal}"}),
    "goal-archive": Row(None, MANAGER, {"key": "{goal}"}),
    "long-term-objectives": Row(VIEWER),
    "long-term-objective-new": Row(MANAGER, MANAGER),
    "long-term-objective-edit": Row(MANAGER, MANAGER, {"key": "{tenet}"}),
    "long-term-objective-archive": Row(None, MANAGER, {"key": "{tenet}"}),
    "objective-new": Row(MANAGER, MANAGER, {"cycle": "{cycle}"}),
    "objective": Row(VIEWER, kwargs={"key": "{objective}"}),
    "objective-edit": Row(MANAGER, MANAGER, {"key": "{objective}"}),
    "objective-archive": Row(None, MANAGER, {"key": "{objective}"}),
    "objective-review": Row(None, VIEWER, {"key": "{objective}"}),
    "initiatives": Row(VIEWER),
    "initiatives-json": Row(VIEWER),
    "initiatives-csv": Row(VIEWER),
    "goals-csv": Row(VIEWER),
    "long-term-objectives-csv": Row(VIEWER),
    "initiative-new": Row(MANAGER, MANAGER),
    "initiative": Row(VIEWER, kwargs={"key": "{initiative}"}),
    "initiative-edit": Row(MANAGER, MANAGER, {"key": "{initiative}"}),
    "initiative-archive": Row(None, MANAGER, {"key": "{initiative}"}),
    "initiative-expect": Row(None, MANAGER, {"key": "{initiative}"}),
    "effect-realise": Row(None, MANAGER, {"id": "{effect}"}),
    # The first who may takes it away; for the next it is gone.
    "effect-drop": Row(None, MANAGER, {"id": "{effect}"}, posted=frozenset({302, 404})),
    "counterpart-ask": Row(MANAGER, MANAGER, {"kind": "objective", "key": "{objective}"}),
    # Whoever is in the team that was asked answers, in any role.
    "counterpart-answer": Row(None, VIEWER, {"id": "{counterpart}"}, team=True),
    "sketch-new": Row(MANAGER, MANAGER, {"key": "{objective}"}),
    "sketch": Row(VIEWER, MANAGER, {"id": "{sketch}"}),
    # An empty form names no objective.
    "sketch-preview": Row(None, MANAGER, posted=frozenset({404})),
    "sketch-history": Row(None, MANAGER, posted=frozenset({404})),
    "sketch-discard": Row(None, MANAGER, {"id": "{sketch}"}, posted=frozenset({302, 404})),
    "key-result-review": Row(VIEWER, VIEWER, {"id": "{sketch}"}),
    # Forecast rooms: seen by everybody signed in; Ada facilitates this one, and asks herself, Max and Mia
    "rooms": Row(VIEWER),
    "rooms-json": Row(VIEWER),
    "rooms-csv": Row(VIEWER),
    "room-new": Row(MEMBER, MEMBER, {"key": "{scenario}"}),
    "room": Row(VIEWER, kwargs={"id": "{room}"}),
    "room-json": Row(VIEWER, kwargs={"id": "{room}"}),
    "room-csv": Row(VIEWER, kwargs={"id": "{room}"}),
    "room-part": Row(VIEWER, kwargs={"id": "{room}", "part": "progress"}),
    "room-give": Row(None, MEMBER, {"id": "{room}"}),
    "room-product": Row(None, MEMBER, {"id": "{room}"}),
    "room-join": Row(None, MEMBER, {"id": "{room}"}),
    "room-say": Row(None, VIEWER, {"id": "{room}"}),
    "room-reveal": Row(None, MANAGER, {"id": "{room}"}),
    "room-again": Row(None, MANAGER, {"id": "{room}"}),
    "room-close": Row(None, MANAGER, {"id": "{room}"}),
    "room-extend": Row(None, MANAGER, {"id": "{room}"}),
    "room-seat": Row(None, MANAGER, {"id": "{room}"}),
    "room-cancel": Row(None, MANAGER, {"id": "{room}"}),
    "room-restore": Row(None, MANAGER, {"id": "{room}"}),
    "base-rate-add": Row(MEMBER, MEMBER, {"key": "{scenario}"}),
    "base-rate-import": Row(None, MEMBER, {"key": "{scenario}"}),
    "base-rate-withdraw": Row(None, MEMBER, {"id": "{base_rate}"}),
    "base-rate-restore": Row(None, MEMBER, {"id": "{base_rate}"}),
    # Cycles
    "cycles": Row(VIEWER),
    "cycles-json": Row(VIEWER),
    "cycle-new": Row(MANAGER, MANAGER),
    "cycle": Row(VIEWER, kwargs={"key": "{cycle}"}),
    "cycle-edit": Row(MANAGER, MANAGER, {"key": "{cycle}"}),
    "cycle-discard": Row(None, MANAGER, {"key": "{cycle}"}),
    "cycle-json": Row(VIEWER, kwargs={"key": "{cycle}"}),
    "cycle-gate": Row(VIEWER, kwargs={"key": "{cycle}"}),
    "cycle-propose": Row(None, MANAGER, {"key": "{cycle}"}),
    "cycle-set": Row(None, MANAGER, {"key": "{cycle}"}),
    "cycle-reopen": Row(None, MANAGER, {"key": "{cycle}"}),
    "cycle-close": Row(None, MANAGER, {"key": "{cycle}"}),
    "cycle-published": Row(VIEWER, kwargs={"key": "{cycle}"}),
    "cycle-snapshot": Row(VIEWER, kwargs={"key": "{cycle}", "number": 1}),
    "cycle-snapshot-json": Row(VIEWER, kwargs={"key": "{cycle}", "number": 1}),
    "cycle-compare": Row(VIEWER, kwargs={"key": "{cycle}"}),
    "cycle-comment": Row(None, VIEWER, {"key": "{cycle}"}),
    # The comment is the administrator's own, and managers resolve any.
    "comment-resolve": Row(None, MANAGER, {"id": "{comment}"}),
    # Boards: seen by everybody signed in, written by members, led by their facilitator or a manager.
    # The board that is asked for is the administrator's own, revealed, and its vote is over.
    "boards": Row(VIEWER),
    "boards-json": Row(VIEWER),
    "boards-csv": Row(VIEWER),
    "board-new": Row(MEMBER, MEMBER, {"key": "{cycle}"}),
    "board": Row(VIEWER, kwargs={"id": "{board}"}),
    "board-part": Row(VIEWER, kwargs={"id": "{board}", "part": "stand"}),
    "board-json": Row(VIEWER, kwargs={"id": "{board}"}),
    "board-csv": Row(VIEWER, kwargs={"id": "{board}"}),
    "board-md": Row(VIEWER, kwargs={"id": "{board}"}),
    "board-ballots": Row(VIEWER, kwargs={"id": "{board}"}),
    "board-pairwise": Row(VIEWER, kwargs={"id": "{board}"}),
    "board-join": Row(None, MEMBER, {"id": "{board}"}),
    "board-here": Row(None, VIEWER, {"id": "{board}"}),
    "board-ready": Row(None, MEMBER, {"id": "{board}"}),
    "board-write": Row(None, MEMBER, {"id": "{board}"}),
    # A note is changed by nobody but its author, who is the administrator here.
    "board-note": Row(None, ADMINISTRATOR, {"id": "{board}", "handle": "{note}"}),
    "board-sort": Row(None, MEMBER, {"id": "{board}"}),
    "board-rank": Row(None, MEMBER, {"id": "{board}"}),
    "board-reveal": Row(None, MANAGER, {"id": "{board}"}),
    "board-vote": Row(None, MANAGER, {"id": "{board}"}),
    "board-sort-again": Row(None, MANAGER, {"id": "{board}"}),
    "board-count": Row(None, MANAGER, {"id": "{board}"}),
    "board-timer": Row(None, MANAGER, {"id": "{board}"}),
    "board-hand-over": Row(None, MANAGER, {"id": "{board}"}),
    "board-close": Row(None, MANAGER, {"id": "{board}"}),
    "board-clear": Row(None, MANAGER, {"id": "{board}"}),
    "board-priority": Row(None, MANAGER, {"id": "{board}"}),
    "cluster-turn": Row(MANAGER, MANAGER, {"id": "{cluster}"}),
    # Risk: read by everybody signed in, estimated by members, written by managers
    "risk": Row(VIEWER),
    "risk-json": Row(VIEWER),
    "risk-csv": Row(VIEWER),
    "risk-curve-document": Row(VIEWER),
    "risk-curve": Row(VIEWER),
    "risk-curve-json": Row(VIEWER),
    "risk-curve-csv": Row(VIEWER),
    "risk-appetite": Row(None, MANAGER),
    "risk-what-if": Row(VIEWER, query="?initiative=scan-more"),
    "risk-what-if-json": Row(VIEWER, query="?initiative=scan-more"),
    "scenario-new": Row(MANAGER, MANAGER),
    "scenario": Row(VIEWER, kwargs={"key": "{scenario}"}),
    "scenario-json": Row(VIEWER, kwargs={"key": "{scenario}"}),
    "scenario-csv": Row(VIEWER, kwargs={"key": "{scenario}"}),
    "scenario-edit": Row(MANAGER, MANAGER, {"key": "{scenario}"}),
    "scenario-archive": Row(None, MANAGER, {"key": "{scenario}"}),
    "scenario-estimate": Row(None, MEMBER, {"key": "{scenario}"}),
    "scenario-link": Row(None, MANAGER, {"key": "{scenario}"}),
    "scenario-unlink": Row(None, MANAGER, {"key": "{scenario}"}),
    "initiative-risk": Row(MANAGER, kwargs={"key": "{initiative}"}),
    "initiative-treat": Row(None, MANAGER, {"key": "{initiative}"}),
    "initiative-cost": Row(None, MANAGER, {"key": "{initiative}"}),
    # The first who may takes it away; for the next it is gone.
    "treatment-drop": Row(None, MANAGER, {"id": "{treatment}"}, posted=frozenset({302, 404})),
}
