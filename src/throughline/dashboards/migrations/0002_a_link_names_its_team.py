from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dashboards", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="sharedlink",
            name="team",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
