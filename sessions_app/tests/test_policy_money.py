"""The pure functions of money and time: refunds, the ledger, staffing, deadlines (sections 2 to 5).

Expectations are written from the text, by hand.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.clock import start_of
from sessions_app.policy import deadlines, money
from sessions_app.policy.ledger import Entry, Ledger, split
from sessions_app.policy.periods import Period
from sessions_app.policy.refunds import Case, Stage, Terms, refund, share
from sessions_app.policy.staffing import Demand, peak

# The refund: the session is on 20 April, its changes deadline the 13th, seven days before.

MIDNIGHT = datetime(2026, 4, 14, 6, 0, tzinfo=UTC)  # 00:00 in the studio, the 13th has ended
LAST_SECOND = MIDNIGHT - timedelta(seconds=1)
NEXT_SECOND = MIDNIGHT + timedelta(seconds=1)
MOMENTS = {"23:59:59": LAST_SECOND, "00:00:00": MIDNIGHT, "00:00:01": NEXT_SECOND}
LATER = ("00:00:00", "00:00:01")

TERMS = Terms(
    within_deadline=Decimal(90),
    after_deadline=Decimal(40),
    force_majeure=Decimal(80),
    client_after_assigned=Decimal(10),
)

IN_TIME, EITHER = ("23:59:59",), (False, True)

# Stage, moments, whether staffed → percentage for the client, and for all other sides.
TABLE = [
    (Stage.CONFIRMED, IN_TIME, EITHER, 90, 100),
    (Stage.CONFIRMED, LATER, (False,), 40, 80),
    (Stage.CONFIRMED, LATER, (True,), 10, 100),
    (Stage.REOPENED, IN_TIME, EITHER, 90, 100),
    (Stage.REOPENED, LATER, EITHER, 40, 80),
    (Stage.ASSIGNED, IN_TIME + LATER, EITHER, 10, 100),
    (Stage.ATTENDED, IN_TIME + LATER, EITHER, 0, 0),
]
CELLS = [
    (stage, moment, staffed, client, others)
    for stage, moments, staffing, client, others in TABLE
    for moment, staffed in product(moments, staffing)
]


@pytest.mark.parametrize(("stage", "moment", "staffed", "client", "others"), CELLS)
def test_the_refund_is_the_cell_of_the_table(stage, moment, staffed, client, others):
    for is_by_client, expected in ((True, client), (False, others)):
        decided = refund(
            Case(
                stage=stage,
                is_by_client=is_by_client,
                at=MOMENTS[moment],
                net_paid=Decimal("500.00"),
                terms=TERMS,
                changes_deadline=MIDNIGHT,
                is_staffed=staffed,
            )
        )
        assert (decided.percentage, decided.amount) == (expected, 5 * expected)


@pytest.mark.parametrize(
    ("is_by_client", "moment", "staffed"), [*product([True, False], MOMENTS, [True, False])]
)
def test_who_was_never_confirmed_gets_back_all(is_by_client, moment, staffed):
    decided = refund(
        Case(
            stage=Stage.NEVER_CONFIRMED,
            is_by_client=is_by_client,
            at=MOMENTS[moment],
            net_paid=Decimal("123.45"),
            is_staffed=staffed,
        )
    )
    assert (decided.percentage, decided.amount) == (100, Decimal("123.45"))


def confirmed(net_paid: str = "500.00", **facts: object) -> Case:
    known = {"is_by_client": True, "at": MIDNIGHT, "changes_deadline": MIDNIGHT, "terms": TERMS}
    return Case(stage=Stage.CONFIRMED, net_paid=Decimal(net_paid), **{**known, **facts})


@pytest.mark.parametrize(
    ("case", "named"),
    [
        (confirmed(at=LAST_SECOND), ("90 %", "13/04/2026 23:59")),
        (confirmed(), ("40 %", "13/04/2026 23:59")),
        (confirmed(is_staffed=True), ("10 %", "13/04/2026 23:59")),
        (confirmed(is_by_client=False), ("80 %",)),
        (confirmed(is_by_client=False, is_staffed=True), ("100 %",)),
        (
            confirmed(
                terms=Terms(Decimal(0), Decimal("33.33"), Decimal(0), Decimal(0)),
                changes_deadline=start_of(date(2026, 3, 1)),
            ),
            ("33.33 %", "28/02/2026 23:59"),
        ),
    ],
)
def test_the_explanation_names_the_percentage_and_the_deadline_as_it_is_shown(case, named):
    explanation = refund(case).explanation
    assert all(part in explanation for part in named), explanation


def test_where_nothing_was_paid_nothing_is_returned_and_the_sentence_says_so():
    decided = refund(confirmed("0.00", at=LAST_SECOND))
    assert decided.amount == 0
    assert "Nothing was paid" in decided.explanation


@pytest.mark.parametrize(
    ("paid", "percentage", "returned"),
    [
        ("0.01", "50", "0.01"),  # half a cent goes up
        ("333.33", "50", "166.67"),  # 166.665
        ("0.01", "49.99", "0.00"),  # 0.004999
        ("100.10", "33.33", "33.36"),  # 33.36333
        ("500.05", "10", "50.01"),  # 50.005
        ("99999999.99", "100", "99999999.99"),
        ("99999999.99", "0", "0.00"),
    ],
)
def test_a_share_is_to_the_cent_half_up(paid, percentage, returned):
    assert share(Decimal(paid), Decimal(percentage)) == Decimal(returned)


@pytest.mark.parametrize(
    ("total", "percentage", "deposit"),
    [
        ("1000.00", "50", "500.00"),
        ("0.01", "50", "0.01"),
        ("0.03", "50", "0.02"),  # 0.015
        ("1000.01", "33.33", "333.30"),  # 333.303333
        ("1000.00", "0", "0.00"),
        ("1000.00", "100", "1000.00"),
    ],
)
def test_a_deposit_is_to_the_cent_half_up(total, percentage, deposit):
    assert money.deposit(Decimal(total), Decimal(percentage)) == Decimal(deposit)


# The ledger


def entry(
    amount: str, kind: str = "in", *, verified: bool = True, at: datetime = MIDNIGHT
) -> Entry:
    return Entry(Decimal(amount), kind == "back", verified, at)


def test_an_empty_ledger_comes_to_nothing():
    empty = Ledger()
    assert (empty.net_paid, empty.pending_payments, empty.refundable) == (0, 0, 0)
    assert empty.covers(Decimal("0.00"))
    assert not empty.covers(Decimal("0.01"))


def test_only_what_is_verified_counts():
    ledger = Ledger(
        (
            entry("500.00"),
            entry("120.00"),
            entry("50.00", verified=False),
            entry("30.00", "back"),
            entry("7.00", "back", verified=False),
        )
    )
    assert (ledger.received, ledger.refunded, ledger.net_paid) == (620, 30, 590)
    assert (ledger.pending_payments, ledger.pending_refunds) == (50, 7)
    assert ledger.refundable == 583  # without what is on its way back already


def test_what_is_on_its_way_back_can_make_the_refundable_nothing_but_not_less():
    ledger = Ledger((entry("10.00"), entry("25.00", "back", verified=False)))
    assert ledger.refundable == 0


def test_a_deadline_looks_at_the_instant_of_recording_and_is_exclusive():
    just_before = MIDNIGHT - timedelta(microseconds=1)
    ledger = Ledger(
        (
            entry("300.00", at=just_before),
            entry("40.00", at=just_before, verified=False),
            entry("200.00", at=MIDNIGHT),
            entry("5.00", "back", at=just_before),
        )
    )
    assert ledger.received_by(MIDNIGHT) == 300
    assert ledger.covers_in_time(Decimal("295.00"), MIDNIGHT)
    assert ledger.covers(Decimal("495.00"))
    assert not ledger.covers_in_time(Decimal("300.01"), MIDNIGHT)


def test_what_was_paid_in_time_and_refunded_since_covers_nothing():
    ledger = Ledger(
        (entry("500.00", at=LAST_SECOND), entry("100.00", "back", at=NEXT_SECOND)),
    )
    assert not ledger.covers_in_time(Decimal("500.00"), MIDNIGHT)
    assert ledger.missing_to(Decimal("500.00")) == 100


def test_a_cancellation_looks_at_what_was_refunded_by_hand_until_its_very_instant():
    ledger = Ledger((entry("500.00"), entry("100.00", "back", at=MIDNIGHT)))
    assert ledger.returnable(MIDNIGHT) == 400
    assert ledger.returnable(MIDNIGHT - timedelta(microseconds=1)) == 500


def test_what_waits_would_cover_a_deposit_to_the_cent():
    waiting = Ledger(
        (entry("300.00", at=LAST_SECOND), entry("200.00", at=LAST_SECOND, verified=False))
    )
    assert waiting.would_cover_in_time(Decimal("500.00"), MIDNIGHT)
    assert not waiting.would_cover_in_time(Decimal("500.01"), MIDNIGHT)


def test_what_waits_would_cover_neither_what_came_late_nor_what_is_given_back():
    late = Ledger((entry("400.00", at=MIDNIGHT), entry("200.00", at=LAST_SECOND, verified=False)))
    given_back = Ledger(
        (
            entry("500.00", at=LAST_SECOND),
            entry("100.00", "back", at=LAST_SECOND),
            entry("50.00", at=LAST_SECOND, verified=False),
        )
    )
    for ledger in (late, given_back):
        assert not ledger.would_cover_in_time(Decimal("500.00"), MIDNIGHT)


@pytest.mark.parametrize(
    ("subtotal", "discount", "percentage"),
    [
        ("200.00", "50.00", "25"),
        ("0.01", "0.00", "0"),
        ("0.00", "0.00", "0"),
        ("0.00", "0.01", "100"),
    ],
)
def test_a_discount_of_nothing_is_all_of_it_or_none(subtotal, discount, percentage):
    sums = money.Totals(Decimal(subtotal), Decimal(subtotal))
    assert sums.discount_percentage(Decimal(discount)) == Decimal(percentage)


@pytest.mark.parametrize(
    ("amount", "missing", "parts"),
    [
        ("300.00", "500.00", ("300.00", "0.00")),
        ("500.00", "500.00", ("500.00", "0.00")),
        ("500.01", "500.00", ("500.00", "0.01")),
        ("700.00", "0.00", ("0.00", "700.00")),
    ],
)
def test_what_is_beyond_the_deposit_is_split_off(amount, missing, parts):
    assert split(Decimal(amount), Decimal(missing)) == tuple(map(Decimal, parts))


# Staffing: 18:00 UTC and so on, by the hour

NOON = datetime(2026, 4, 20, 18, 0, tzinfo=UTC)


def between(start: int, end: int | None) -> Period:
    ends_at = None if end is None else NOON + timedelta(hours=end)
    return Period(NOON + timedelta(hours=start), ends_at)


@pytest.mark.parametrize(
    ("demands", "most"),
    [
        ([], 0),
        ([(0, 1, 2)], 2),
        ([(0, 1, 1), (1, 2, 1)], 1),  # one after the other: the same person
        ([(0, 2, 1), (1, 3, 2)], 3),
        ([(0, 1, 5), (3, 4, 5)], 5),
        ([(-5, 0, 9), (4, 6, 9)], 0),  # back to back with the span asked about
        ([(-5, 9, 1), (1, 2, 1), (3, 4, 3)], 4),
        ([(2, None, 1)], 1),
    ],
)
def test_photographers_missing_at_once_are_counted_and_not_the_sum(demands, most):
    missing = [Demand(between(start, end), count) for start, end, count in demands]
    assert peak(missing, between(0, 4)) == most


spans = st.tuples(st.integers(0, 12), st.integers(1, 6), st.integers(1, 3))


@given(st.lists(spans, max_size=8), st.integers(0, 12), st.integers(1, 6))
def test_the_peak_is_the_busiest_hour_of_the_span(demands, start, length):
    by_the_hour = [
        sum(count for begin, hours, count in demands if begin <= hour < begin + hours)
        for hour in range(start, start + length)
    ]
    missing = [Demand(between(begin, begin + hours), count) for begin, hours, count in demands]
    assert peak(missing, between(start, start + length)) == max(by_the_hour)


# Deadlines


@pytest.mark.parametrize(
    ("session_date", "days", "last_day"),
    [
        (date(2026, 4, 20), 7, date(2026, 4, 13)),
        (date(2026, 4, 20), 0, date(2026, 4, 20)),
        (date(2026, 3, 3), 7, date(2026, 2, 24)),
        (date(2028, 3, 7), 7, date(2028, 2, 29)),
        (date(2027, 1, 5), 7, date(2026, 12, 29)),
    ],
    ids=["a month", "the same day", "over a month's end", "29 February", "over new year"],
)
def test_the_changes_deadline_is_the_end_of_a_day_before_the_session(session_date, days, last_day):
    deadline = deadlines.changes_deadline(session_date, days)
    assert deadline == datetime.combine(last_day + timedelta(days=1), time(6), UTC)  # UTC-6
    assert deadlines.deadline_day(deadline) == last_day


@pytest.mark.parametrize(
    ("session_date", "deadline"),
    [
        (date(2026, 3, 15), datetime(2026, 3, 9, 4, tzinfo=UTC)),  # EDT since that very morning
        (date(2026, 3, 14), datetime(2026, 3, 8, 5, tzinfo=UTC)),  # EST until then
        (date(2026, 11, 8), datetime(2026, 11, 2, 5, tzinfo=UTC)),
    ],
    ids=["clocks gone forward", "the day before", "clocks gone back"],
)
def test_the_changes_deadline_is_the_midnight_of_clocks_that_change(
    settings, session_date, deadline
):
    settings.TIME_ZONE = "America/New_York"
    assert deadlines.changes_deadline(session_date, 7) == deadline
    assert deadlines.shown_deadline(deadline) == deadline - timedelta(seconds=1)


def test_the_delivery_date_is_the_sessions_day_and_the_editing_days():
    assert deadlines.delivery_date(date(2026, 4, 20), 5) == date(2026, 4, 25)
    assert deadlines.delivery_date(date(2028, 2, 24), 5) == date(2028, 2, 29)
    assert deadlines.delivery_date(date(2026, 4, 20), 0) == date(2026, 4, 20)


def test_a_payment_deadline_is_never_after_a_start_at_midnight():
    starts_at = start_of(date(2026, 3, 12))
    deadline = deadlines.payment_deadline(date(2026, 3, 10), 5, starts_at)
    assert deadline == starts_at
    assert deadlines.deadline_day(deadline) == date(2026, 3, 11)
