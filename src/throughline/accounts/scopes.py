"""What a token may be given: one word for reading, and one for each area in which it may write."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.accounts.models import Role


@dataclass(frozen=True, slots=True)
class Area:
    """`role` is the least role that may give it to a token of hers, `says` what it allows, in a sentence."""

    role: Role
    says: str


READ = "read"
# What is shown to oneself alone is read with a word of its own: a token that reads the plan need not hold it.
READ_OWN = "own:read"
# So is every team's part at once, by which the record leaves the house.
READ_RECORD = "exports:read"
READS = (READ, READ_OWN, READ_RECORD)
# A token does what its scopes say and its owner may; an operation without one of these cannot be mounted.
SCOPES = {
    READ: Area(Role.VIEWER, "Read what you may read, but for what is shown to you alone."),
    READ_OWN: Area(
        Role.VIEWER, "Read what is shown to you alone: your answers, notes, numbers and training."
    ),
    "own:write": Area(
        Role.MEMBER, "Answer for yourself: what you like, want and can give, what you think of work."
    ),
    "series:write": Area(Role.MEMBER, "Define series, and enter, correct and take back their values."),
    "vulnerabilities:write": Area(
        Role.MEMBER, "Triage vulnerabilities, say since when they are there, and have tickets made of them."
    ),
    "imports:write": Area(
        Role.MANAGER, "Import files, read from connected tools, and cancel what runs in the background."
    ),
    "plan:write": Area(Role.MANAGER, "Write goals, objectives, key results and cycles."),
    "forecasts:write": Area(Role.VIEWER, "Give your own number in rooms in which you sit, and train."),
    "rooms:write": Area(
        Role.VIEWER, "Open and lead rooms, talk in them, say what came of scenarios you judge."
    ),
    "risk:write": Area(Role.MEMBER, "Write and estimate scenarios, and keep base rates."),
    "portfolio:write": Area(Role.MEMBER, "Write and drop candidates, and choose."),
    "workshops:write": Area(Role.MEMBER, "Lead boards, write and sort notes, vote, and fill the shelf."),
    "surveys:write": Area(Role.MEMBER, "Make surveys, ask and close them."),
    "work:write": Area(Role.MEMBER, "Say what work needs, and what is told of it."),
    "dashboards:write": Area(Role.VIEWER, "Make dashboards of your own, and arrange them."),
    "dashboards:share": Area(Role.MANAGER, "Make and revoke links that show a dashboard without an account."),
    READ_RECORD: Area(Role.MANAGER, "Take the record out of the house: every team's, table by table."),
    "exports:write": Area(Role.MANAGER, "Have the whole record packed."),
    "reports:write": Area(Role.MANAGER, "Write the three texts of a quarter's report."),
    "comments:write": Area(Role.VIEWER, "Comment on plans and reports."),
    "annotations:write": Area(Role.MEMBER, "Write what happened on charts, and take it away."),
    "team:write": Area(
        Role.MANAGER,
        "Say who has how many weeks, what counts in the match, and publish it; kinds of work, and ladders.",
    ),
    "check-ins:write": Area(Role.MEMBER, "Check in on key results, and say that a step is done."),
}
