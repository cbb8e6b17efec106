"""What managers write for a report, and the frozen reports, which nothing changes."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from throughline.site.append_only import refuse_changes


class Migration(migrations.Migration):
    initial = True

    dependencies = [("objectives", "0007_what_scores_rest_on")]

    operations = [
        migrations.CreateModel(
            name="Frozen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("author", models.CharField(max_length=160)),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "cycle",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="frozen_report",
                        to="objectives.cycle",
                    ),
                ),
            ],
            options={"ordering": ["id"]},
        ),
        migrations.CreateModel(
            name="Words",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("narrative", "What happened"),
                            ("learnt", "What we learnt"),
                            ("next", "What comes next"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.CharField(max_length=700)),
                ("author", models.CharField(max_length=160)),
                ("at", models.DateTimeField()),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="report_words",
                        to="objectives.cycle",
                    ),
                ),
            ],
            options={"ordering": ["id"], "unique_together": {("cycle", "part")}},
        ),
        refuse_changes("reports_frozen"),
    ]
