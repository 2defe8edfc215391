"""History rows are never changed or deleted, through whatever door (rules, section 2)."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0002_initial"), ("records", "0003_audit_is_final")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER sessions_app_historyentry_is_final
                BEFORE UPDATE OR DELETE ON sessions_app_historyentry
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            """
            DROP TRIGGER sessions_app_historyentry_is_final ON sessions_app_historyentry;
            """,
        )
    ]
