"""The judge: what was answered and what is written, against what must always hold.

Each finding is a sentence that begins with what it is about: one of the twelve invariants by its
number, or `5xx`, `slow`, `envelope`, `deadlock`, `log`, `command`, `twice`, `lost`, `ledger`,
`history`, `letter`.
"""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction
from django.db.models import Count

from config.api.errors import STATUS_BY_CODE
from config.tests.faults.mail_sink import MailSink
from config.tests.histories.commands import DOOR as COMMAND
from config.tests.histories.journal import Exchange, Journal
from sessions_app.models import HistoryEntry
from sessions_app.queries.integrity import findings

SLOWEST = 15.0
"""Seconds; a lock is waited for at most ten."""
ENVELOPE = {"detail", "error_code", "errors", "context"}
WRONG_IN_A_LOG = re.compile(r"Traceback|deadlock detected|40P01|\bERROR\b|\bCRITICAL\b")
PAYMENTS = re.compile(r"/sessions/(\d+)/payments$")

BY_OWN_SQL = {
    "I1 two hold it at once": """
        SELECT a.id || ' and ' || b.id
        FROM sessions_app_claim a JOIN sessions_app_claim b ON a.id < b.id
        WHERE a.active AND b.active
          AND coalesce(a.room_id, -a.person_id) = coalesce(b.room_id, -b.person_id)
          AND tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)""",
    "history a change without a name": """
        SELECT 'row ' || entry.id
        FROM sessions_app_historyentry entry LEFT JOIN users_user who ON who.id = changed_by_id
        WHERE entry.id > %(begun)s
          AND entry.channel IN ('api', 'admin') AND coalesce(who.full_name, '') = ''""",
    "history a command with a name": """
        SELECT 'row ' || id FROM sessions_app_historyentry
        WHERE channel = 'command' AND changed_by_id IS NOT NULL""",
    "history not where the last row leads": """
        SELECT session.code FROM sessions_app_session session
        WHERE status IS DISTINCT FROM (
            SELECT to_status FROM sessions_app_historyentry
            WHERE session_id = session.id ORDER BY id DESC LIMIT 1)""",
    "history a row that does not begin where the one before ended": """
        SELECT 'row ' || id FROM (
            SELECT id, from_status, lag(to_status, 1, '') OVER (
                PARTITION BY session_id ORDER BY id) AS was
            FROM sessions_app_historyentry) entry
        WHERE from_status <> was""",
    "history two ends": """
        SELECT 'session ' || session_id FROM sessions_app_historyentry
        WHERE to_status IN ('Completed', 'Canceled') GROUP BY session_id HAVING count(*) > 1""",
    "ledger paid is not what came in and stayed": """
        SELECT session.code
        FROM sessions_app_session session LEFT JOIN sessions_app_payment payment
          ON payment.session_id = session.id AND payment.status = 'Verified'
        GROUP BY session.id
        HAVING session.paid_amount <> coalesce(sum(
                   CASE payment_type WHEN 'Refund' THEN -amount ELSE amount END), 0)
            OR session.paid_amount < 0 OR session.paid_amount > session.total_amount""",
    "ledger total is not what was ordered": """
        SELECT session.code
        FROM sessions_app_session session LEFT JOIN sessions_app_line line
          ON line.session_id = session.id
        GROUP BY session.id
        HAVING session.total_amount <> coalesce(sum(quantity * unit_price), 0)
               + session.transportation_cost - session.discount""",
    "ledger one slip twice": """
        SELECT 'session ' || session_id FROM sessions_app_payment WHERE status <> 'Rejected'
        GROUP BY session_id, payment_type, payment_method, transaction_reference
        HAVING count(*) > 1""",
}
"""What is asked of the rows without a line of the product's code."""


def last_history_row() -> int:
    """Return where the history begins that people write; what is before it, nobody's hand wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM sessions_app_historyentry")
        (last,) = cursor.fetchone()
    return int(last)


def states_reached(begun: int) -> Counter[str]:
    """Return how often each state was reached since the history began."""
    since = HistoryEntry.objects.filter(pk__gt=begun).values_list("to_status")
    return Counter(dict(since.annotate(times=Count("pk"))))


def of_the_rows(begun: int) -> list[str]:
    """Return what is wrong with what is written, all of it as of one instant."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        found = [f"{finding.check.code} {finding.in_words}" for finding in findings()]
        for what, query in BY_OWN_SQL.items():
            cursor.execute(query, {"begun": begun})
            names = [str(name) for (name,) in cursor.fetchall()]
            if names:
                found.append(f"{what}: {', '.join(names[:20])}")
    return found


def deadlocks() -> int:
    """Return how many deadlocks this database has seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        (count,) = cursor.fetchone()
    return int(count)


def of_the_answers(journal: Journal) -> list[str]:
    """Return what is wrong with what was answered, and with what is written after all of it."""
    return [
        *_of_each(journal),
        *_done_twice(journal),
        *_lost_updates(journal),
        *_payments_that_are_not_there(journal),
    ]


def _of_each(journal: Journal) -> Iterator[str]:
    for one in journal.exchanges:
        what = f"{one.who} {one.method} {one.path} ({one.deed}): {one.status} {one.answer}"
        if one.door == COMMAND:
            if one.status or WRONG_IN_A_LOG.search(str(one.answer)):
                yield f"command {what}"
            continue
        if one.status >= 500:
            yield f"5xx {what}"
        elif one.door == "api" and one.status >= 400 and not _in_the_envelope(one):
            yield f"envelope {what}"
        if one.seconds > SLOWEST:
            yield f"slow after {one.seconds} s {what}"


def _in_the_envelope(one: Exchange) -> bool:
    body = one.answer
    return (
        isinstance(body, dict)
        and set(body) <= ENVELOPE
        and bool(body.get("detail"))
        and STATUS_BY_CODE.get(body.get("error_code", "")) == one.status
    )


def _done_twice(journal: Journal) -> Iterator[str]:
    """A key stands for one session, whatever was answered to whom."""
    made: dict[tuple[str, str], set[int]] = defaultdict(set)
    for one in journal.answered("POST", "/sessions", 201):
        key = one.headers.get("Idempotency-Key")
        if key:
            made[one.who, key].add(one.answer["id"])
    for (who, key), ids in made.items():
        if len(ids) > 1:
            yield f"twice {who} sent {key!r} once and booked {sorted(ids)}"


def _lost_updates(journal: Journal) -> Iterator[str]:
    """Of all who change what they saw as one version, one at most is let."""
    written = Counter(
        (one.path, one.headers["If-Match"])
        for one in journal.exchanges
        if one.method == "PATCH" and one.status == 200 and "If-Match" in one.headers
    )
    for (path, version), times in written.items():
        if times > 1:
            yield f"lost {times} wrote over version {version} of {path}"


def _payments_that_are_not_there(journal: Journal) -> Iterator[str]:
    """What was acknowledged is in the ledger, with its amount, once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, session_id, amount FROM sessions_app_payment")
        ledger = {pk: (session, amount) for pk, session, amount in cursor.fetchall()}
    for one in journal.answered("POST", "/payments", 201):
        found = PAYMENTS.search(one.path)
        if found is None:
            continue
        for part in one.answer.get("split") or [one.answer]:
            session, amount = ledger.get(part["id"], (None, None))
            if session != int(found[1]) or float(amount) != float(part["amount"]):
                yield f"ledger {one.path} was answered {part}, but there is {session}, {amount}"


def of_the_logs(*logs: Path) -> list[str]:
    """Return the lines of the servers' logs that nobody should ever read."""
    return [
        f"log {line[:500]}"
        for log in logs
        for line in log.read_text(errors="replace").splitlines()
        if WRONG_IN_A_LOG.search(line)
    ]


def of_the_letters(sink: MailSink) -> list[str]:
    """Return the letters that were delivered more than once."""
    times = Counter(letter.message_id for letter in sink.letters)
    return [
        f"letter {name} was delivered {count} times" for name, count in times.items() if count > 1
    ]


def of_the_database(before: int) -> list[str]:
    """Return whether there were deadlocks since; PostgreSQL counts them a second late."""
    time.sleep(1.5)
    count = deadlocks() - before
    return [f"deadlock {count} times"] if count else []
