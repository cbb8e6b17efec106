from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sources", "0005_when_looked_at"),
        ("vulnerabilities", "0007_duplicates"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("imported__isnull", True)),
                fields=["imported", "known_at"],
                name="vulnerabilities_decisions",
            ),
        ),
    ]
