"""Every limit and each kind of mistake of every form, one by one (contract, section 0).

In a module of its own, because schemathesis draws the edges of all forms when the module is
collected, which takes ten seconds: `conftest.py` leaves it to who asks for `-m fuzz`.
"""

from __future__ import annotations

import pytest

from config.tests.fuzzing import told
from config.tests.test_schemathesis import (
    answered,
    loaded,
    sent_by,
    signed_in,
    the_connection_outlives_the_requests,  # noqa: F401, holds for each test of this module too
)

pytestmark = [pytest.mark.django_db, pytest.mark.fuzz]

EDGES = loaded()
EDGES.config.phases.update(phases=["coverage"])


@EDGES.parametrize()
def test_every_edge_of_a_form_is_answered_as_the_schema_tells(case, world):
    if all(str(made_up).isdecimal() for made_up in case.path_parameters.values()):
        for request in told(world, case.operation)[:1]:
            case.path_parameters = request.ids
    answered(case, sent_by(signed_in(world.people["admin"])))
