from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sessions_app", "0009_history_recorded_at"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="session",
            name="session_type",
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("hidden_at", None)),
                fields=["session_type"],
                name="session_by_type",
            ),
        ),
    ]
