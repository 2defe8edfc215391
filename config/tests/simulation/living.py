"""Living the simulated studio's days, in a transaction that is taken back."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from random import Random

from django.core import mail
from django.db import connection, transaction
from django.db.models import Sum
from django.test import override_settings

from config.clock import start_of
from config.demo import timeline
from config.demo.opening import SYSTEM, open_studio
from config.demo.studio import OPEN_BEFORE
from config.demo.timeline import Life
from config.tests.simulation import lives, post
from config.tests.simulation.facts import Year, outcome
from config.tests.simulation.nights import Nights
from config.tests.simulation.plans import LATER, LEAD, Course, close_of
from notifications.models import Email
from sessions_app.queries.integrity import findings
from users.actions.roles import set_up_roles

POST = f"{post.MailServerOfTheStudio.__module__}.{post.MailServerOfTheStudio.__qualname__}"
BEFORE = timedelta(days=LEAD[1] + 2)
"""From the first request to the first session."""
AFTERWARDS = timedelta(days=LATER[1] + 8)
"""After the last session, which may have moved: every deadline is past, most is delivered."""


def live(courses: list[Course], nights: Nights, first: date, last: date, seed: str) -> Year:
    """Live these sessions from a day to another, with these nights; nothing stays written."""
    with transaction.atomic(), _by_the_studios_post():
        opened = start_of(first) - OPEN_BEFORE
        set_up_roles(actor=SYSTEM, at=opened)
        studio = open_studio(opened, Random(seed))
        begun = [lives.begin(studio, course) for course in courses]
        timeline.live(
            [
                *(life for _, life in begun),
                nights.pass_by(),
                post.carry(first, last, seed),
                _keep_count(first, last),
            ],
            close_of(last),
            lambda done, total: None,
        )
        year = Year(
            outcomes={affair.course.plan.key: outcome(affair) for affair, _ in begun},
            nights=nights,
            findings=[finding.in_words for finding in findings()],
            emails=Counter(Email.objects.values_list("kind", "status")),
            delivered=Counter(message.extra_headers["Message-ID"] for message in mail.outbox),
            uncertain=Email.objects.aggregate(sum=Sum("uncertain"))["sum"] or 0,
        )
        transaction.set_rollback(True)
    return year


def _keep_count(first: date, last: date) -> Life:
    """Let the planner know each week how much there is: of uncommitted rows nobody else tells."""
    for week in range((last - first).days // 7):
        yield start_of(first + timedelta(weeks=week))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


@contextmanager
def _by_the_studios_post() -> Iterator[None]:
    """Send by the simulated mail server; log only what is wrong, of so many lines."""
    mail.outbox = []
    logging.disable(logging.INFO)
    try:
        with override_settings(EMAIL_BACKEND=POST):
            yield
    finally:
        logging.disable(logging.NOTSET)
