"""The part of the API's access table of those who write: planning, boards, surveys, who does what."""

from __future__ import annotations

from tests.api.operation import Operation
from tests.rules.rows import ADMINISTRATOR, MANAGER, MEMBER

CYCLE = {"key": "{cycle}"}
OTHER = {"id": "{other_objective}"}
CLAIM = {**CYCLE, "goal": "{goal}"}
SURVEY = {"id": "{survey}"}
BOARD = {"id": "{board}"}
NOTE = {**BOARD, "handle": "{note}"}
# What was revealed or counted is as it is.
OVER = frozenset({422})
KIND = {"key": "{work_kind}"}
LADDER = "ladder: Ours\nrungs:\n  - key: first\n    track: Mentoring\n    level: 1\n    title: Answers once\n"
SHELVED = {"id": "{shelved}"}

OF_WORK = {
    # Planning: everybody reads it, managers write it
    "add_other_objective": Operation(MANAGER, CYCLE, {"team": "Search", "title": "Find in a second"}),
    "import_other_objectives": Operation(MANAGER, CYCLE, {"text": "team,title\nSearch,Find it\n"}),
    "change_other_objective": Operation(MANAGER, OTHER, {"title": "Answer in half a second"}),
    "withdraw_other_objective": Operation(MANAGER, OTHER),
    "claim_weeks": Operation(MANAGER, CLAIM, {"weeks": 6}),
    "release_weeks": Operation(MANAGER, CLAIM),
    # The shelf: members add to it, managers arrange it; the reading is Ada's own
    "put_on_shelf": Operation(MEMBER, CYCLE, {"title": "A talk"}),
    "withdraw_from_shelf": Operation(MANAGER, SHELVED),
    "import_shelf": Operation(MANAGER, CYCLE, {"text": "title\nA talk\n"}),
    "bring_cards": Operation(MANAGER, CYCLE),
    "list_own_readings": Operation(path=CYCLE),
    "read_for_cycle": Operation(MEMBER, {**CYCLE, **SHELVED}, {}),
    "take_from_reading": Operation(ADMINISTRATOR, {"id": "{reading}"}, {"takeaway": "Begin with one team"}),
    # Boards: members take part, who leads moves on; the notes are Ada's own, and the vote is over
    "open_board": Operation(MEMBER, CYCLE, {"purpose": "ideas", "asked": ["Max"]}),
    "take_step": Operation(MANAGER, BOARD, {"step": "close"}),
    "set_timer": Operation(MANAGER, BOARD, {"minutes": 5}),
    "hand_over_board": Operation(MANAGER, BOARD, {"to": "Ada"}),
    "read_own_notes": Operation(path=BOARD),
    "take_seat": Operation(MEMBER, BOARD, {}),
    "write_note": Operation(MEMBER, BOARD, {"text": "Backups"}, done=OVER),
    "change_note": Operation(ADMINISTRATOR, NOTE, {"text": "Backups"}, done=OVER),
    "withdraw_note": Operation(ADMINISTRATOR, NOTE, done=OVER),
    "sort_notes": Operation(MEMBER, BOARD, {"what": "own"}, done=OVER),
    "cast_ballot": Operation(MEMBER, BOARD, {"order": []}, done=OVER),
    "set_priority": Operation(MANAGER, BOARD, {"order": ["{cluster}"], "reason": "It comes first"}),
    "turn_cluster": Operation(MANAGER, {"id": "{cluster}"}, {"into": "candidate"}),
    "read_board_suggestions": Operation(path=BOARD),
    # Surveys: members ask, managers put away and bring answers in; a wave is open
    "make_survey": Operation(MEMBER, body={"title": "Rollout", "question": "Did it help?"}),
    "open_wave": Operation(MEMBER, SURVEY, {}, done=OVER),
    "renew_survey_link": Operation(MEMBER, SURVEY),
    "close_wave": Operation(MEMBER, SURVEY),
    "add_answers": Operation(MANAGER, SURVEY, {"answers": [{"score": 9}] * 5}),
    "archive_survey": Operation(MANAGER, SURVEY, {"archived": True}, done=OVER),
    # People: each of herself; the goal and the work are Ada's
    "answer_for_oneself": Operation(MEMBER, body={"interests": {"tooling": 0.75}, "shares": {"goals": True}}),
    "set_own_goal": Operation(MEMBER, body={"text": "Teach threat models", "kinds": ["tooling"]}),
    "keep_own_goal": Operation(ADMINISTRATOR, {"id": "{growth_goal}"}, {"ended": False}),
    "look_back": Operation(ADMINISTRATOR, {"key": "{own_work}"}, {"taps": {"tooling": {"again": True}}}),
    "say_own_weeks": Operation(MEMBER, CYCLE, {"weeks": 10, "leave": 2}),
    "say_weeks_of": Operation(MANAGER, {**CYCLE, "id": "{worker}"}, {"weeks": 10}),
    # The words of the team: members read them, managers say them
    "list_work_kinds": Operation(MEMBER),
    "add_work_kind": Operation(MANAGER, body={"title": "Talks with customers"}),
    "change_work_kind": Operation(MANAGER, KIND, {"about": "What others build with"}),
    "retire_work_kind": Operation(MANAGER, KIND),
    "import_ladder": Operation(MANAGER, body={"text": LADDER}),
    "retire_ladder": Operation(MANAGER, body={"ladder": "Throughline"}),
    "restore_ladder": Operation(MANAGER),
    # Who does what: managers, owners of their work, each her own answers; nothing is described yet
    "describe_work": Operation(MANAGER, {"work": "initiative:{initiative}"}, {"weeks": 4, "must": ["Mia"]}),
    "answer_suggestion": Operation(
        MEMBER, body={"cycle": "{cycle}", "work": "initiative:other", "said": "accepted"}, done=OVER
    ),
    "state_weights": Operation(MANAGER, CYCLE, {"business": 2, "interest": 1, "growth": 1, "reason": "So"}),
    "read_publishing": Operation(MANAGER, CYCLE),
    "publish_match": Operation(MANAGER, CYCLE, {"seen": "0"}, done=OVER),
    # Stories: managers, and whoever owns the work
    "tell_of_initiative": Operation(MANAGER, {"key": "{initiative}"}, {"board": "Fewer surprises"}),
    "tell_of_key_result": Operation(MANAGER, {"id": "{key_result}"}, {"engineer": "Fewer pages at night"}),
}
