"""Two people on one form: the second is told, and overwrites nothing."""

from __future__ import annotations

from config.tests.browser.watching import SESSIONS
from sessions_app.lifecycle import Status
from sessions_app.tests.pages import arrived
from users.tests.factories import UserFactory


def test_the_second_of_two_who_save_is_told_who_was_first(visit, transactional_db):
    session = arrived(Status.NEGOTIATION, 30)
    ana, berta = (
        visit(UserFactory(full_name=name, roles=["coordinator"]))
        for name in ("Ana Uno", "Berta Dos")
    )
    for desk in (ana, berta):
        desk.to(f"{SESSIONS}{session.pk}/change/")

    ana.field("What the client wants").fill("Fondo claro")
    ana.press("Save and continue editing")
    assert ana.field("What the client wants").input_value() == "Fondo claro"
    berta.field("What the client wants").fill("Fondo oscuro")
    berta.press("Save and continue editing")

    assert "Ana Uno has changed this meanwhile" in berta.said()
    assert berta.field("What the client wants").input_value() == "Fondo oscuro"
    session.refresh_from_db()
    assert session.client_requirements == "Fondo claro"
    assert session.updated_by.full_name == "Ana Uno"
