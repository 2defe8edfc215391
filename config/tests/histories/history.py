"""One history from the founding of its studio to the judge's word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command

from config.business_rules import forget_rules
from config.tests.faults.mail_sink import MailSink, mail_sink
from config.tests.faults.programs import studio_environment
from config.tests.histories import judge, living
from config.tests.histories.journal import DONE, Journal
from config.tests.histories.plan import Plan
from config.tests.histories.server import PRODUCT, serving
from config.tests.histories.studio import found
from notifications import post

WORDS = 4000
"""Letters of findings that are printed; the journal has all."""

OF_THE_SERVER = {
    "DJANGO_SETTINGS_MODULE": "config.tests.histories.settings",
    "REQUESTS_PER_MINUTE": "1000000",  # one person does what others do in weeks
}


@dataclass
class History:
    """What was lived, and what the judge found."""

    plan: Plan
    journal: Journal
    log: Path
    findings: list[str] = field(default_factory=list)
    reached: Counter[str] = field(default_factory=Counter)
    """How often each state was reached by what somebody did."""

    @property
    def in_words(self) -> str:
        """Return how to live it again, where all of it is written, and what was found."""
        heads = [f"{count} × {head}" for head, count in self.kinds_found.most_common()]
        said = "\n".join(self.findings)[:WORDS]
        return f"{self.plan}\n{self.journal.path}\n{self.log}\n{', '.join(heads)}\n{said}"

    @property
    def kinds_found(self) -> Counter[str]:
        """Return how often each kind of finding was found."""
        return Counter(finding.partition(" ")[0] for finding in self.findings)

    def done(self) -> Counter[tuple[str, str]]:
        """Return how often each deed succeeded through each door."""
        found = Counter[tuple[str, str]]()
        for (door, deed, outcome), count in self.journal.outcomes().items():
            found[door, deed] += count if outcome == DONE else 0
        return found

    def refused(self) -> Counter[str]:
        """Return how often each error code was answered."""
        return Counter(one.code for one in self.journal.exchanges if one.code)


def begin_anew() -> None:
    """Empty the database, for another history in the same test."""
    call_command("flush", interactive=False, verbosity=0)
    forget_rules()


def live(
    plan: Plan, folder: Path, *, application: str = PRODUCT, alone: bool = False, looks: int = 3
) -> History:
    """Found a studio in the empty database, let everybody act, and judge.

    The judge looks at the rows some times in the middle too, while all go on.
    """
    print(plan)  # noqa: T201  (what `pytest -s` and every failure begin with)
    history = History(plan, Journal(folder / f"{plan.seed}.jsonl"), folder / f"{plan.seed}.log")
    studio = found(alone=alone)
    post.wait_until_done()
    before, begun = judge.deadlocks(), judge.last_history_row()
    with mail_sink() as (sink, mail_port):
        environment = studio_environment(redis_url="", mail_port=mail_port)
        environment |= OF_THE_SERVER
        with serving(application, environment, history.log) as server:
            actors = living.cast(
                plan, studio, server.port, history.journal, environment=environment, alone=alone
            )

            def look() -> None:
                history.findings += [f"{one} (meanwhile)" for one in judge.of_the_rows(begun)]

            if alone:
                living.one_by_one(plan, actors, look, looks)
            else:
                living.all_at_once(actors, plan.steps, look, looks)
    history.findings += _judged(history, sink, before, begun)
    history.reached += judge.states_reached(begun)
    return history


def _judged(history: History, sink: MailSink, deadlocks: int, begun: int) -> Sequence[str]:
    return [
        *judge.of_the_rows(begun),
        *judge.of_the_answers(history.journal),
        *judge.of_the_logs(history.log),
        *judge.of_the_letters(sink),
        *judge.of_the_database(deadlocks),
    ]
