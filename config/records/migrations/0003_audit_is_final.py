"""Audit rows are only ever added. The function serves every table with that promise."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("records", "0002_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation',
                          CONSTRAINT = TG_TABLE_NAME || '_is_final';
            END
            $$;
            CREATE TRIGGER records_auditentry_is_final
                BEFORE UPDATE OR DELETE ON records_auditentry
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            """,
            """
            DROP TRIGGER records_auditentry_is_final ON records_auditentry;
            DROP FUNCTION refuse_change();
            """,
        )
    ]
