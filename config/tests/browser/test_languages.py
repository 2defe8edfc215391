"""English and Spanish, by the person's choice; amounts and dates the Guatemalan way."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.utils import formats, translation

from config.clock import now, studio_day
from config.tests.browser.watching import AGENDA, AVAILABILITY, SESSIONS
from sessions_app.lifecycle import Status
from sessions_app.tests.builders import paid, priced
from sessions_app.tests.pages import arrived
from users.models import User
from users.tests.factories import UserFactory

MONTHS = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]
DAYS = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"]


@pytest.fixture
def carla(transactional_db: None) -> User:
    return UserFactory(full_name="Carla Coordinator", roles=["coordinator"])


def test_who_chooses_spanish_works_in_spanish_from_then_on(visit, carla):
    desk = visit(carla)
    desk.to("/admin/users/user/me/")
    desk.field("Language").select_option("es")
    desk.press("Save")

    menu = [
        text.split("\n")[-1] for text in desk.page.locator("#nav-sidebar-apps a").all_inner_texts()
    ]
    assert menu[0] == "Hoy"
    assert {"Sesiones", "Clientes", "Paquetes", "Salas"} <= set(menu)
    assert not {"Today", "Are you free?", "Editing queue", "Sessions", "Clients", "Rooms"} & set(
        menu
    )
    assert desk.page.locator("html").get_attribute("lang") == "es"
    today = studio_day(now())
    assert f"{DAYS[today.weekday()]} {today.day} de {MONTHS[today.month - 1]} de {today.year}" in (
        desk.text().lower()
    )
    for word in ("Sessions this month", "What wants attention", "Next sessions", "Income of"):
        assert word not in desk.text()


def test_amounts_and_dates_are_written_the_guatemalan_way_in_spanish(visit, carla):
    User.objects.filter(pk=carla.pk).update(language="es")
    session = priced(arrived(Status.NEGOTIATION, 30), "250.00", at=now())
    desk = visit(carla)
    desk.to(f"{SESSIONS}{session.pk}/change/")
    assert "Q 1,250.00" in desk.text()
    date = desk.page.locator("#id_session_date").input_value()
    assert date == f"{session.session_date:%d/%m/%Y}"


def test_no_heading_or_button_of_these_pages_is_left_in_english(visit, carla):
    """No phrase is the same in both languages."""
    session = arrived(Status.PRE_SCHEDULED, 3)
    paid(session, session.deposit_amount, at=now())
    desk = visit(carla)
    marked = "h1, h2, h3, label, button, th, .studio-button, #nav-sidebar-apps a span"

    def shown() -> set[str]:
        texts: set[str] = set()
        for address in ("/admin/", AGENDA, AVAILABILITY, SESSIONS, f"{SESSIONS}add/"):
            desk.to(address)
            if address == AGENDA:
                desk.page.locator(".ec-toolbar").wait_for()
            shown = desk.page.locator(marked).filter(visible=True).all_inner_texts()
            texts |= {" ".join(text.split()) for text in shown}
        return texts

    english = shown()
    User.objects.filter(pk=carla.pk).update(language="es")
    alike = {
        text for text in english & shown() if re.fullmatch(r"[A-Za-z?,. ]+ [A-Za-z?,. ]+", text)
    }
    assert alike == set()


def test_the_formats_are_those_of_guatemala_in_both_languages():
    for language in ("en", "es"):
        with translation.override(language):
            day = studio_day(now())
            assert formats.date_format(day, "SHORT_DATE_FORMAT") == f"{day:%d/%m/%Y}"
            assert formats.number_format(Decimal("1250"), 2, force_grouping=True) == "1,250.00"
