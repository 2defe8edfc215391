"""The home of what belongs to no app: audit trail, idempotency keys, job runs, studio settings.

Why here: every app writes or reads such rows, so their home must lie below all of them. So it is an
app of its own inside `config`, which imports no other app and refers to people only through
`AUTH_USER_MODEL`.
"""
