"""How a simulated session is called off, and its refund paid out."""

from __future__ import annotations

from config.demo.timeline import Life
from config.tests.simulation.doing import Affair
from sessions_app.actions import cancelling
from sessions_app.models import Initiator


def cancel(one: Affair, initiator: Initiator) -> Life:
    """Call the session off now; whatever is returned is paid out later."""
    one.tries(
        f"cancel: {initiator}",
        cancelling.cancel,
        one.session,
        initiator=initiator,
        reason="Ya no se hará.",
        actor=one.desk,
    )
    yield from pay_out(one)


def pay_out(one: Affair) -> Life:
    """Pay the refund out when every job has caught up with whatever it missed."""
    yield one.after(7, 10)
    one.pays_out()
