"""The home of what belongs to no app: the audit trail, and later job runs and idempotency keys.

Why here: every app writes such rows, so their home must lie below all of them; and they are about
the running of the system, not about the studio. So the home is an app of its own inside `config`,
which imports no other app and refers to people only through `AUTH_USER_MODEL`.
"""
