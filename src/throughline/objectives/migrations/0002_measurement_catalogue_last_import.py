from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("objectives", "0001_initial")]

    operations = [
        migrations.AddField("measurement", "last_import", models.BigIntegerField(default=0)),
        migrations.AddField(
            "measurement", "catalogue", models.CharField(blank=True, default="", max_length=64)
        ),
    ]
