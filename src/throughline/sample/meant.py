"""What Fernwood's people read, wrote on their boards and ranked, and what other teams told them."""

from __future__ import annotations

from collections.abc import Mapping

from throughline.inspiration.actions import Said as Put
from throughline.planning.others import Said as Heard
from throughline.sample.plan import ASSURE, DELIVER, SECURE

LEADER = "Marek Oyelaran"
TEAM = ("Ines Halvorsen", "Yuki Bernard", "Tomas Achterberg", "Amara Lindqvist")
# The titles are those of candidates, but for the last: of that nothing has come yet.
CLUSTERS: Mapping[str, str] = {
    "images": "Patch the base images every night",
    "upgrades": "Merge harmless upgrades by themselves",
    "owners": "A named owner for every service",
    "scans": "Scan only what a change touches",
    "verdicts": "Answer reports with a first verdict within a day",
    "hunt": "Hunt for intruders once a month",
    "models": "Draw threat models where people design",
}
# Who wrote what, and the cluster it was put in.
IDEAS = (
    ("Yuki Bernard", "Images are rebuilt when somebody remembers", CLUSTERS["images"]),
    ("Amara Lindqvist", "Rebuild every image at night, and roll it out by itself", CLUSTERS["images"]),
    ("Tomas Achterberg", "A patch release waits a week for two people to meet", CLUSTERS["upgrades"]),
    ("Amara Lindqvist", "If all tests pass, who are we waiting for?", CLUSTERS["upgrades"]),
    ("Ines Halvorsen", "Nobody could say whose the event pipeline is", CLUSTERS["owners"]),
    ("Tomas Achterberg", "One name and one deputy on every service", CLUSTERS["owners"]),
    ("Amara Lindqvist", "The scan takes longer than all of our tests", CLUSTERS["scans"]),
    ("Yuki Bernard", "Two researchers wrote twice before we answered once", CLUSTERS["verdicts"]),
    ("Marek Oyelaran", "Nobody has looked for intruders since the merger", CLUSTERS["hunt"]),
    ("Ines Halvorsen", "Threat models are drawn once and never opened again", CLUSTERS["models"]),
)
READ = (
    (
        "Yuki Bernard",
        Put(
            title="A postmortem of our slowest repairs",
            text="The engineering blog of another shop follows ten repairs from the report to the release.",
        ),
        "Half of a repair's days pass before anybody knows whose it is",
    ),
    (
        "Tomas Achterberg",
        Put(
            title="How a bank tests what it merges by itself",
            text="A talk of forty minutes on which upgrades may go without a person, and which never.",
            kind="video",
        ),
        "Begin with upgrades that change no line of our own code",
    ),
)
# Where what was taken from them was put.
TAKEN = {READ[0][2]: CLUSTERS["owners"], READ[1][2]: CLUSTERS["upgrades"]}
BALLOTS: Mapping[str, tuple[str, ...]] = {
    "Marek Oyelaran": ("hunt", "images", "owners", "verdicts", "upgrades"),
    "Ines Halvorsen": ("owners", "images", "hunt", "models", "verdicts"),
    "Yuki Bernard": ("images", "verdicts", "owners", "upgrades", "scans"),
    "Tomas Achterberg": ("images", "upgrades", "owners", "scans", "models"),
    "Amara Lindqvist": ("scans", "images", "upgrades", "owners", "verdicts"),
}
LESSONS = (
    ("Yuki Bernard", "The robot's changes were read on the day they were opened", "What worked"),
    ("Yuki Bernard", "We promised the bounty figure before we knew its noise", "What did not"),
    ("Tomas Achterberg", "Two weeks went by before every team had an owner for it", "What did not"),
    ("Amara Lindqvist", "Fix days, once they stood in the calendar", "What worked"),
)
OTHERS = (
    (
        Heard(
            team="Cloud Foundation",
            title="Every node is replaced within a week",
            text="Whatever runs has to survive a restart at any hour.",
            source="Planning day of the platform",
        ),
        (SECURE,),
    ),
    (
        Heard(team="Developer Experience", title="A change is live within the hour", source="Their wiki"),
        (DELIVER,),
    ),
    (
        Heard(
            team="Sales",
            title="Answer a customer's questionnaire within two days",
            text="Half of the questions are about repairs and reports.",
        ),
        (ASSURE,),
    ),
)
# Company goal, person-weeks, and for what.
CLAIMED = ("enterprise", 3.0, "Two of us sit with the auditors in the first month")
