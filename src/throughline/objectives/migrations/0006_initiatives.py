import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("objectives", "0005_place_key_results"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Initiative",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(max_length=80, unique=True)),
                ("title", models.CharField(max_length=240)),
                ("description", models.TextField(blank=True, max_length=10000)),
                ("owner_name", models.CharField(blank=True, max_length=120)),
                ("position", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("archived_at", models.DateTimeField(null=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "Planned"),
                            ("doing", "Doing"),
                            ("done", "Done"),
                            ("dropped", "Dropped"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                ("narrative", models.TextField(blank=True, max_length=2000)),
                ("effort_low", models.FloatField(null=True)),
                ("effort_high", models.FloatField(null=True)),
                ("delay_cost", models.FloatField(null=True)),
                (
                    "delay_profile",
                    models.CharField(
                        choices=[
                            ("constant", "The same every week"),
                            ("deadline", "All at a deadline"),
                            ("decaying", "Less every week"),
                        ],
                        default="constant",
                        max_length=10,
                    ),
                ),
                ("start", models.DateField(null=True)),
                ("due", models.DateField(null=True)),
                ("links", models.JSONField(default=list)),
                (
                    "cycle",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="initiatives",
                        to="objectives.cycle",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Effect",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("low", models.FloatField()),
                ("high", models.FloatField()),
                ("confidence", models.FloatField()),
                ("created_at", models.DateTimeField()),
                ("realised", models.FloatField(null=True)),
                ("realised_at", models.DateTimeField(null=True)),
                ("realised_note", models.CharField(blank=True, max_length=500)),
                ("realised_by", models.CharField(blank=True, max_length=160)),
                (
                    "key_result",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="effects",
                        to="objectives.keyresult",
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="effects",
                        to="objectives.initiative",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "unique_together": {("initiative", "key_result")},
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "initiative",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignments",
                        to="objectives.initiative",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "unique_together": {("initiative", "name")},
            },
        ),
    ]
