"""Begin with a vocabulary, so that nobody has to invent one before the first question."""

from typing import Any

from django.db import migrations

# As they were on the day of this migration; the team edits them afterwards.
KINDS = [
    ("prototype", "Prototype", "Try whether an idea works at all.", False),
    ("production-code", "Production code", "Build what runs and stays.", False),
    ("front-end", "Front end", "What people see and use.", False),
    ("documentation", "Documentation", "Write down how it is done, so that others can.", True),
    ("teaching", "Teaching", "Trainings, reviews, pairing, champions.", False),
    ("detection", "Detection", "Rules and signals that find it.", False),
    ("red-team", "Red team", "Attack what we defend.", False),
    ("incident-work", "Incident work", "Answer when something happened.", True),
    ("coordination", "Coordination", "Bring people and dates together.", True),
    ("compliance-evidence", "Compliance evidence", "Show an auditor or a customer that it is so.", True),
    ("data-analysis", "Data analysis", "Find out from figures what is going on.", False),
    ("tooling", "Tooling", "Make the work of others faster.", False),
]


def begin(apps: Any, schema_editor: Any) -> None:
    kind = apps.get_model("people", "WorkKind")
    for position, (key, title, about, is_glue) in enumerate(KINDS, 1):
        said = {"title": title, "about": about, "is_glue": is_glue, "position": position}
        kind.objects.get_or_create(key=key, defaults=said)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
