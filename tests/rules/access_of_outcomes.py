"""The part of the access table that is about finished work and what is learnt of it."""

from __future__ import annotations

from tests.rules.rows import ADMINISTRATOR, MANAGER, MEMBER, Row

ROWS_OF_OUTCOMES = {
    # Finished work: whoever did it, and managers; what they said is their own. Ada owns both of these
    "my-outcomes": Row(MEMBER),
    "my-outcomes-json": Row(MEMBER),
    "my-outcomes-csv": Row(MEMBER),
    "outcome-take-back": Row(None, ADMINISTRATOR, {"id": "{own_outcome}"}),
    "outcome-initiative": Row(MANAGER, MANAGER, {"key": "{finished_work}"}),
    "outcome-key-result": Row(MANAGER, MANAGER, {"id": "{closed_key_result}"}),
    "learning": Row(MEMBER),
    "learning-json": Row(MEMBER),
    "learning-csv": Row(MEMBER),
}
