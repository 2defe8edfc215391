"""What people wish to get by e-mail besides: what may concern them, and nothing else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from config.clock import now
from notifications import kinds
from notifications.models import Email, EmailPreference, Notification
from sessions_app.actions.cancelling import cancel
from sessions_app.lifecycle import Status
from sessions_app.messages import staff
from sessions_app.models import Initiator, Payment, PaymentStatus, Session
from sessions_app.tests.builders import SYSTEM, assign, book, paid
from sessions_app.tests.pages import arrived, browser
from users.models import Role, User
from users.rights import Right
from users.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/admin/notifications/notification/by-email/"

OF_A_CREW = {"moved", "changed", "cancelled"}
OF_PHOTOGRAPHERS = OF_A_CREW | {
    *("assigned", "reassigned", "released", "tomorrow", "attendance_missing"),
}
OF_EDITORS = OF_A_CREW | {"awaits_editing", "editing_assigned", "editing_released"}
OF_THE_OFFICE = {
    *("attendance_missing", "ready_for_delivery", "high_risk_booking", "stale_request"),
    *("payment_to_verify", "covered_not_confirmed", "unstaffed", "refund_to_pay"),
    "deposit_uncovered",
}
OF_ADMINS = OF_THE_OFFICE | {"costly_cancellation", "override_used", "integrity_problem"}


def offered(person: User) -> set[str]:
    """Return the kinds that the page offers."""
    form = browser(person).get(PAGE).context["form"]
    return {name for name, _label in form.fields["kinds"].choices}


def wished(person: User) -> set[str]:
    return set(EmailPreference.objects.filter(person=person).values_list("kind", flat=True))


# What is offered


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["photographer"], OF_PHOTOGRAPHERS),
        (["editor"], OF_EDITORS),
        (["coordinator"], OF_THE_OFFICE),
        (["admin"], OF_ADMINS),
        (["photographer", "editor"], OF_PHOTOGRAPHERS | OF_EDITORS),
        (["coordinator", "photographer"], OF_THE_OFFICE | OF_PHOTOGRAPHERS),
    ],
)
def test_each_is_asked_about_what_may_concern_them(roles, expected):
    assert offered(UserFactory(roles=roles)) == expected


def test_every_kind_for_staff_concerns_somebody():
    known = {kind.name for kind in kinds.registered() if kind.is_for_staff}
    assert known == OF_PHOTOGRAPHERS | OF_EDITORS | OF_ADMINS


def test_what_concerns_clients_is_offered_to_nobody():
    everybody = UserFactory(roles=["admin", "coordinator", "photographer", "editor"])
    assert all(kind.is_for_staff for kind in kinds.concerning(everybody))


def test_a_role_that_the_studio_made_itself_is_asked_by_its_rights():
    cashier = Role.objects.create(name="cashier")
    person = UserFactory(roles=["editor"])
    person.roles.add(cashier)
    for right in (Right.SESSION_VIEW_ALL, Right.SESSION_PAYMENT):
        cashier.permissions.add(permission(right))
    assert offered(person) == OF_EDITORS | {"payment_to_verify", "deposit_uncovered"}


def permission(right: Right) -> Permission:
    app, codename = right.permission.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def test_nobody_is_told_of_what_they_were_not_asked_about():
    people = [UserFactory(roles=[role]) for role in ("admin", "coordinator", "editor", "user")]
    photographer = UserFactory(roles=["photographer"])
    for state, days in ((Status.PRE_SCHEDULED, 20), (Status.CONFIRMED, 30), (Status.READY, -3)):
        tell_all_of(arrived(state, days, photographer))
    told = Notification.objects.select_related("recipient")
    kinds_told = {one.kind for one in told}
    assert kinds_told >= {
        *("assigned", "cancelled", "awaits_editing", "ready_for_delivery", "payment_to_verify"),
        *("unstaffed", "stale_request", "attendance_missing", "deposit_uncovered", "tomorrow"),
        *("high_risk_booking", "covered_not_confirmed", "refund_to_pay", "costly_cancellation"),
    }
    for one in told:
        assert kinds.find(one.kind).concerns(one.recipient), (one.kind, one.recipient.role_names)
    assert not told.filter(recipient=people[-1]).exists()


def tell_all_of(session: Session) -> None:
    """Let the system tell whoever it tells of a session, whether it is so or not."""
    at = now()
    for telling in (
        *(staff.awaits_editing, staff.material_ready, staff.unstaffed, staff.stale),
        *(staff.attendance_missing, staff.high_risk_booking, staff.tomorrow, staff.cancelled),
    ):
        telling(session, actor=SYSTEM, at=at)
    for payment in Payment.objects.filter(session=session):
        staff.to_verify(session, payment, actor=SYSTEM, at=at)
    staff.uncovered(session, "it bounced", actor=SYSTEM, at=at)
    if session.status == Status.PRE_SCHEDULED:
        paid(session, session.deposit_amount, at=at, status=PaymentStatus.PENDING)
        staff.covered(session, in_time=True, actor=SYSTEM, at=at)
    if session.status == Status.CONFIRMED:
        cancel(session, initiator=Initiator.STUDIO, reason="storm", actor=SYSTEM, at=at)
        session.refresh_from_db()
        staff.cancelled_late(session, "storm", actor=SYSTEM, at=at)


# Wishing


def test_a_wish_is_kept_shown_and_taken_back(photographer, editor):
    who = browser(photographer)
    EmailPreference.objects.create(person=editor, kind="moved")
    answer = who.post(PAGE, {"kinds": ["assigned", "tomorrow"]}, follow=True)
    assert [str(said) for said in answer.context["messages"]] == ["Saved."]
    assert answer.context["form"]["kinds"].value() == ["assigned", "tomorrow"]
    assert wished(photographer) == {"assigned", "tomorrow"}
    who.post(PAGE, {"kinds": ["tomorrow"]})
    assert wished(photographer) == {"tomorrow"}
    who.post(PAGE, {})
    assert wished(photographer) == set()
    assert wished(editor) == {"moved"}


@pytest.mark.parametrize("kind", ["refund_to_pay", "invitation", "x", "\0"])
def test_no_wish_is_taken_for_what_is_not_offered(photographer, kind):
    answer = browser(photographer).post(PAGE, {"kinds": ["assigned", kind]})
    assert answer.status_code == 200
    assert "kinds" in answer.context["form"].errors
    assert wished(photographer) == set()


def test_only_what_is_wished_comes_by_e_mail(photographer, day):
    browser(photographer).post(PAGE, {"kinds": ["assigned"]})
    session = book(at=now(), session_date=day)
    assign(session, photographer, at=now())
    staff.tomorrow(session, actor=SYSTEM, at=now())
    assert {one.kind for one in Notification.objects.filter(recipient=photographer)} == {
        *("assigned", "tomorrow"),
    }
    [email] = Email.objects.filter(person=photographer)
    assert (email.kind, email.to) == ("assigned", photographer.email)


def test_the_page_says_where_it_goes(photographer):
    assert (
        f"comes to {photographer.email} as well" in browser(photographer).get(PAGE).content.decode()
    )


@pytest.mark.parametrize("address", ["/admin/", "/admin/notifications/notification/"])
def test_the_menu_of_ones_name_and_the_page_of_the_bell_lead_there(editor, address):
    assert f'href="{PAGE}"' in browser(editor).get(address).content.decode()


def test_looking_takes_the_same_queries_whatever_is_wished(
    admin_user, django_assert_max_num_queries
):
    who = browser(admin_user)
    for wishes in ([], sorted(OF_ADMINS)):
        who.post(PAGE, {"kinds": wishes})
        who.get(PAGE)
        with django_assert_max_num_queries(7):
            who.get(PAGE)
