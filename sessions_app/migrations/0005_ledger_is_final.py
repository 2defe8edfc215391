"""Payments are a ledger (rules, section 4): only the permitted steps of a row get through."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION sessions_app_keep_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'payments are never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.payment_type = 'Refund' AND NEW.status <> 'Pending' THEN
            RAISE EXCEPTION 'a refund is recorded pending' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NEW.status = 'Rejected' THEN
            RAISE EXCEPTION 'a payment is recorded pending or verified'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.session_id, NEW.payment_type, NEW.payment_method, NEW.amount, NEW.payment_date,
        NEW.notes, NEW.is_of_cancellation, NEW.created_at, NEW.created_by_id)
       IS DISTINCT FROM
       (OLD.id, OLD.session_id, OLD.payment_type, OLD.payment_method, OLD.amount, OLD.payment_date,
        OLD.notes, OLD.is_of_cancellation, OLD.created_at, OLD.created_by_id)
    THEN
        RAISE EXCEPTION 'the facts of a payment are never edited'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.transaction_reference <> OLD.transaction_reference
       AND OLD.transaction_reference <> ''
    THEN
        RAISE EXCEPTION 'a document number is set once' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.status <> OLD.status
       AND (OLD.status, NEW.status) NOT IN
           (('Pending', 'Verified'), ('Pending', 'Rejected'), ('Verified', 'Rejected'))
    THEN
        RAISE EXCEPTION 'a payment cannot go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.verified_at, NEW.verified_by_id) IS DISTINCT FROM (OLD.verified_at, OLD.verified_by_id)
       AND (OLD.status, NEW.status) <> ('Pending', 'Verified')
    THEN
        RAISE EXCEPTION 'who verified a payment is set once, when it is verified'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.voided_at, NEW.voided_by_id, NEW.void_reason)
       IS DISTINCT FROM (OLD.voided_at, OLD.voided_by_id, OLD.void_reason)
       AND NOT (NEW.status = 'Rejected' AND OLD.status <> 'Rejected')
    THEN
        RAISE EXCEPTION 'who rejected a payment, and why, is set once, when it is rejected'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER sessions_app_payment_keeps_ledger
    BEFORE INSERT OR UPDATE OR DELETE ON sessions_app_payment
    FOR EACH ROW EXECUTE FUNCTION sessions_app_keep_ledger();
"""

BACKWARD = """
DROP TRIGGER sessions_app_payment_keeps_ledger ON sessions_app_payment;
DROP FUNCTION sessions_app_keep_ledger();
"""


class Migration(migrations.Migration):
    dependencies = [("sessions_app", "0004_life_and_money")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
