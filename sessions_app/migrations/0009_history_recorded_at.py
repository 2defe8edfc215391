
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sessions_app', '0008_agenda_indexes'),
    ]

    operations = [
        migrations.AddField(
            model_name='historyentry',
            name='recorded_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, help_text="By the database's clock: a job may act as of an instant that is past."),
        ),
    ]
