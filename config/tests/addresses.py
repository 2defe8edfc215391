"""Every address of the REST door, and what each kind of person is answered there (rules, 1).

The table that `test_api_permissions` walks, with a valid body for each line of it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from config.clock import now, studio_day
from config.tests import world
from config.tests.world import IN_TIME
from sessions_app.lifecycle import Status

PEOPLE = (*world.PEOPLE, "editing")
"""Besides: who edits the sessions that somebody edits."""

# One line per method and address; a third word names a body of BODIES where several are tried, or
# the state to which a step leads.
# Answers to:                                                     nobody  coord.  other   user
#                                                                     admin   cover.  editor  editg.
TABLE = """
POST   auth/login                                                 200 200 200 200 200 200 200 200
POST   auth/refresh                                               200 200 200 200 200 200 200 200
POST   auth/logout                                                204 204 204 204 204 204 204 204
POST   auth/register                                              201 201 201 201 201 201 201 201
POST   auth/password/forgot                                       202 202 202 202 202 202 202 202
POST   auth/password/reset                                        204 204 204 204 204 204 204 204
GET    invitations/validate/{token}                               200 200 200 200 200 200 200 200
GET    enums                                                      200 200 200 200 200 200 200 200
GET    config/business-rules                                      200 200 200 200 200 200 200 200
GET    schema                                                     200 200 200 200 200 200 200 200
GET    docs                                                       200 200 200 200 200 200 200 200
GET    health                                                     200 200 200 200 200 200 200 200
GET    health/ready                                               200 200 200 200 200 200 200 200

GET    users/me                                                   401 200 200 200 200 200 200 200
PATCH  users/me                                                   401 200 200 200 200 200 200 200
GET    users/me/permissions                                       401 200 200 200 200 200 200 200

GET    invitations                                                401 200 403 403 403 403 403 403
POST   invitations                                                401 201 403 403 403 403 403 403
POST   invitations                        with_roles              401 201 403 403 403 403 403 403
POST   invitations/resend                                         401 201 403 403 403 403 403 403
DELETE invitations/{invitation}                                   401 204 403 403 403 403 403 403

GET    users                                                      401 200 403 403 403 403 403 403
GET    users/with-roles                                           401 200 200 403 403 403 403 403
POST   users                                                      401 201 403 403 403 403 403 403
POST   users                              with_roles              401 201 403 403 403 403 403 403
GET    users/{editor}                                             401 200 403 403 403 403 403 403
PATCH  users/{other}                                              401 200 403 403 403 403 403 403
PATCH  users/{other}                      inactive                401 200 403 403 403 403 403 403
PATCH  users/{admin}                      inactive                401 409 403 403 403 403 403 403
DELETE users/{free_photographer}                                  401 200 403 403 403 403 403 403
DELETE users/{covering}                                           401 409 403 403 403 403 403 403
DELETE users/{admin}                                              401 409 403 403 403 403 403 403
PUT    users/{inactive_person}/reactivate                         401 200 403 403 403 403 403 403
PATCH  users/{other}/password                                     401 204 403 403 400 403 403 403
GET    users/{editor}/roles                                       401 200 403 403 403 403 403 403
POST   users/{free_photographer}/roles/{role}                     401 200 403 403 403 403 403 403
DELETE users/{editor}/roles/{role}                                401 200 403 403 403 403 403 403
DELETE users/{admin}/roles/{admin_role}                           401 409 403 403 403 403 403 403

GET    roles                                                      401 200 403 403 403 403 403 403
POST   roles                                                      401 201 403 403 403 403 403 403
GET    roles/{role}                                               401 200 403 403 403 403 403 403
PATCH  roles/{own_role}                                           401 200 403 403 403 403 403 403
PATCH  roles/{own_role}                   inactive                401 200 403 403 403 403 403 403
PATCH  roles/{role}                       renamed                 401 403 403 403 403 403 403 403
PUT    roles/{own_role}/permissions                               401 200 403 403 403 403 403 403
PUT    roles/{admin_role}/permissions                             401 403 403 403 403 403 403 403
DELETE roles/{own_role}                                           401 200 403 403 403 403 403 403
DELETE roles/{role}                                               401 403 403 403 403 403 403 403
GET    permissions                                                401 200 403 403 403 403 403 403
GET    permissions/by-module                                      401 200 403 403 403 403 403 403

GET    notifications                                              401 200 200 200 200 200 200 200
GET    notifications                      unread                  401 200 200 200 200 200 200 200
GET    notifications/unread-count                                 401 200 200 200 200 200 200 200
POST   notifications/{notification}/read                          401 404 404 200 404 404 404 404
POST   notifications/read-all                                     401 204 204 204 204 204 204 204

GET    dashboard/stats                                            401 200 200 200 200 200 200 200
GET    photographers/stats                                        401 200 200 200 200 200 403 200
GET    photographers/sessions                                     401 200 200 200 200 200 403 200
GET    photographers/sessions/{covered}                           401 404 404 200 404 404 403 404
GET    photographers/sessions/{hidden}                            401 404 404 404 404 404 403 404
GET    photographers/sessions/{edited}/client                     401 404 404 200 404 404 403 404
GET    photographers/sessions/{edited}/team                       401 404 404 200 404 404 403 404
PATCH  photographers/sessions/{due}/attend                        401 404 404 200 404 404 403 404
PATCH  photographers/sessions/{covered}/attend                    401 404 404 422 404 404 403 404

GET    availability                                               401 200 200 403 403 403 403 403
GET    availability/slots                                         401 200 200 403 403 403 403 403
GET    agenda                                                     401 200 200 200 200 200 200 200
GET    time-off                                                   401 200 200 200 200 200 200 200
POST   time-off                                                   401 201 201 201 201 201 403 201
POST   time-off                           anothers                401 201 201 403 403 403 403 403
DELETE time-off/{time_off}                                        401 204 204 204 404 404 404 404
GET    editing/queue                                              401 200 200 403 403 200 403 200
POST   editing/take-next                                          401 422 422 403 403 200 403 200

GET    clients                                                    401 200 200 403 403 403 403 403
POST   clients                                                    401 201 201 403 403 403 403 403
POST   clients                            inactive                401 201 403 403 403 403 403 403
GET    clients/{client}                                           401 200 200 403 403 403 403 403
PATCH  clients/{client}                                           401 200 200 403 403 403 403 403
PATCH  clients/{spare_client}             inactive                401 200 403 403 403 403 403 403
PATCH  clients/{closed_client}            active                  401 200 403 403 403 403 403 403
PATCH  clients/{client}                   active                  401 200 200 403 403 403 403 403
DELETE clients/{spare_client}                                     401 200 403 403 403 403 403 403
PUT    clients/{closed_client}/reactivate                         401 200 403 403 403 403 403 403

GET    items                                                      401 200 200 403 403 403 403 403
POST   items                                                      401 201 403 403 403 403 403 403
GET    items/{item}                                               401 200 200 403 403 403 403 403
PATCH  items/{item}                                               401 200 403 403 403 403 403 403
DELETE items/{item}                                               401 200 403 403 403 403 403 403
PUT    items/{closed_item}/reactivate                             401 200 403 403 403 403 403 403
GET    packages                                                   401 200 200 403 403 403 403 403
POST   packages                                                   401 201 403 403 403 403 403 403
GET    packages/{package}                                         401 200 200 403 403 403 403 403
PATCH  packages/{package}                                         401 200 403 403 403 403 403 403
DELETE packages/{package}                                         401 200 403 403 403 403 403 403
PUT    packages/{closed_package}/reactivate                       401 200 403 403 403 403 403 403
GET    packages/{package}/items                                   401 200 200 403 403 403 403 403
POST   packages/{package}/items                                   401 201 403 403 403 403 403 403
DELETE packages/{package}/items/{item}                            401 204 403 403 403 403 403 403
GET    rooms                                                      401 200 200 403 403 403 403 403
POST   rooms                                                      401 201 403 403 403 403 403 403
GET    rooms/{room}                                               401 200 200 403 403 403 403 403
PATCH  rooms/{room}                                               401 200 403 403 403 403 403 403
DELETE rooms/{spare_room}                                         401 200 403 403 403 403 403 403
PUT    rooms/{spare_room}/maintenance                             401 200 403 403 403 403 403 403
PUT    rooms/{spare_room}/maintenance     planned                 401 200 403 403 403 403 403 403
PUT    rooms/{room}/maintenance           over_bookings           401 409 403 403 403 403 403 403
PUT    rooms/{closed_room}/reactivate                             401 200 403 403 403 403 403 403
GET    rooms/{room}/agenda                                        401 200 200 403 403 403 403 403

GET    sessions                                                   401 200 200 200 200 200 200 200
POST   sessions                                                   401 201 201 403 403 403 403 403
POST   sessions                           override                401 201 403 403 403 403 403 403
GET    sessions/{session}                                         401 200 200 200 404 404 404 404
GET    sessions/{pool}                                            401 200 200 404 404 200 404 200
GET    sessions/{hidden}                                          401 404 404 404 404 404 404 404
PATCH  sessions/{session}                 plan                    401 200 200 403 404 404 404 404
PATCH  sessions/{session}                 money                   401 200 200 403 404 404 404 404
PATCH  sessions/{session}                 override                401 200 403 403 404 404 404 404
PATCH  sessions/{session}                 room                    401 200 200 403 404 404 404 404
PATCH  sessions/{session}                 notes                   401 200 200 403 404 404 404 404
PATCH  sessions/{covered}                 plan                    401 422 422 403 404 404 404 404
PATCH  sessions/{covered}                 observations            401 403 403 200 404 404 404 404
PATCH  sessions/{covered}                 observations_and_plan   401 403 403 403 404 404 404 404
PATCH  sessions/{covered}                 editor_observations     401 403 403 403 404 404 404 404
PATCH  sessions/{pool}                    plan                    401 422 422 404 404 403 404 403
PATCH  sessions/{pool}                    editor_observations     401 403 403 404 404 403 404 403
PATCH  sessions/{hidden}                  plan                    401 404 404 404 404 404 404 404
DELETE sessions/{session}                                         401 204 403 403 404 404 404 404
DELETE sessions/{pool}                                            401 409 403 404 404 403 404 403
DELETE sessions/{hidden}                                          401 404 404 404 404 404 404 404
GET    sessions/{session}/history                                 401 200 200 200 404 404 404 404
GET    sessions/{pool}/history                                    401 200 200 404 404 200 404 200
POST   sessions/{session}/transition      negotiation             401 200 200 403 404 404 404 404
POST   sessions/{session}/transition      pre_scheduled           401 200 200 403 404 404 404 404
POST   sessions/{session}/transition      canceled                401 200 200 403 404 404 404 404
POST   sessions/{pool}/transition         negotiation             401 409 409 404 404 403 404 403
POST   sessions/{hidden}/transition       canceled                401 404 404 404 404 404 404 404
POST   sessions/{session}/recalculate                             401 200 200 403 404 404 404 404

GET    sessions/{session}/details                                 401 200 200 200 404 404 404 404
GET    sessions/{pool}/details                                    401 200 200 404 404 200 404 200
POST   sessions/{session}/details/items/{item}                    401 201 201 403 404 404 404 404
POST   sessions/{pool}/details/items/{item}                       401 422 422 404 404 403 404 403
POST   sessions/{session}/details/packages/{package}              401 201 201 403 404 404 404 404
PATCH  sessions/{session}/details/{line}                          401 200 200 403 404 404 404 404
PATCH  sessions/{session}/details/{line}  delivered               401 200 200 403 404 404 404 404
PATCH  sessions/{session}/details/{away_line}                     401 404 404 403 404 404 404 404
DELETE sessions/{session}/details/{line}                          401 204 204 403 404 404 404 404
DELETE sessions/{session}/details/{away_line}                     401 404 404 403 404 404 404 404

GET    sessions/{session}/photographers                           401 200 200 200 404 404 404 404
GET    sessions/{pool}/photographers                              401 200 200 404 404 200 404 200
POST   sessions/{session}/photographers                           401 201 201 403 404 404 404 404
POST   sessions/{pool}/photographers                              401 201 201 404 404 403 404 403
PATCH  sessions/{session}/photographers/{assignment}              401 200 200 403 404 404 404 404
PATCH  sessions/{away}/photographers/{assignment}                 401 404 404 404 404 404 404 404
DELETE sessions/{session}/photographers/{assignment}              401 204 204 403 404 404 404 404
POST   sessions/{session}/photographers/{assignment}/reassign     401 201 201 403 404 404 404 404

GET    sessions/my-assignments                                    401 200 200 200 200 200 403 200
GET    sessions/my-editing                                        401 200 200 200 200 200 403 200
POST   sessions                           entered_afterwards      401 201 403 403 403 403 403 403
PATCH  sessions/{edited}                  editor_observations     401 403 403 403 404 404 404 200

POST   sessions/{session}/transition      request                 401 409 409 409 404 404 404 404
POST   sessions/{session}/transition      confirmed               401 409 409 403 404 404 404 404
POST   sessions/{session}/transition      assigned                401 409 409 409 404 404 404 404
POST   sessions/{session}/transition      attended                401 409 409 409 404 404 404 404
POST   sessions/{session}/transition      in_editing              401 409 409 403 404 404 404 404
POST   sessions/{session}/transition      ready                   401 409 409 403 404 404 404 404
POST   sessions/{session}/transition      completed               401 409 409 403 404 404 404 404
POST   sessions/{offered}/transition      negotiation             401 200 200 403 404 404 404 404
POST   sessions/{offered}/transition      confirmed               401 200 200 403 404 404 404 404
POST   sessions/{offered}/transition      override                401 200 403 403 404 404 404 404
POST   sessions/{confirmed}/transition    negotiation             401 200 200 403 404 404 404 404
POST   sessions/{confirmed}/transition    assigned                401 422 422 403 404 404 404 404
POST   sessions/{late}/transition         negotiation             401 422 422 403 404 404 404 404
POST   sessions/{late}/transition         assigned                401 200 200 403 404 404 404 404
POST   sessions/{covered}/transition      attended                401 422 422 422 404 404 404 404
POST   sessions/{due}/transition          attended                401 200 200 200 404 404 404 404
POST   sessions/{due}/transition          canceled                401 200 200 403 404 404 404 404
POST   sessions/{pool}/transition         attended                401 409 409 404 404 409 404 409
POST   sessions/{pool}/transition         assigned                401 200 200 404 404 403 404 403
POST   sessions/{pool}/transition         in_editing              401 422 422 404 404 200 404 200
POST   sessions/{pool}/transition         ready                   401 409 409 404 404 409 404 409
POST   sessions/{pool}/transition         canceled                401 200 200 404 404 403 404 403
POST   sessions/{marked}/transition       assigned                401 200 200 200 404 403 404 403
POST   sessions/{marked}/transition       in_editing              401 422 422 403 404 200 404 200
POST   sessions/{edited}/transition       attended                401 200 200 403 404 404 404 200
POST   sessions/{edited}/transition       ready                   401 200 200 403 404 404 404 200
POST   sessions/{edited}/transition       canceled                401 200 200 403 404 404 404 403
POST   sessions/{ready}/transition        in_editing              401 200 200 403 404 404 404 403
POST   sessions/{ready}/transition        completed               401 200 200 403 404 404 404 403
POST   sessions/{ready}/transition        canceled                401 200 200 403 404 404 404 403
POST   sessions/{completed}/transition    canceled                401 409 409 403 404 404 404 403
POST   sessions/{completed}/transition    in_editing              401 409 409 403 404 404 404 409
POST   sessions/{canceled}/transition     negotiation             401 409 409 403 404 404 404 404
POST   sessions/{covered}/postpone                                401 200 200 403 404 404 404 404
POST   sessions/{late}/postpone                                   401 200 200 403 404 404 404 404
POST   sessions/{confirmed}/postpone                              401 422 422 403 404 404 404 404
POST   sessions/{session}/postpone                                401 409 409 403 404 404 404 404
POST   sessions/{pool}/postpone                                   401 409 409 404 404 403 404 403
POST   sessions/{hidden}/postpone                                 401 404 404 404 404 404 404 404

GET    sessions/{offered}/payments                                401 200 200 403 404 404 404 404
GET    sessions/{pool}/payments                                   401 200 200 404 404 403 404 403
GET    sessions/{edited}/payments                                 401 200 200 403 404 404 404 403
GET    sessions/{hidden}/payments                                 401 404 404 404 404 404 404 404
POST   sessions/{offered}/payments        balance                 401 201 201 403 404 404 404 404
POST   sessions/{offered}/payments        refund                  401 201 201 403 404 404 404 404
POST   sessions/{offered}/payments        override                401 201 403 403 404 404 404 404
POST   sessions/{edited}/payments         balance                 401 201 201 403 404 404 404 403
POST   sessions/{completed}/payments      balance                 401 422 422 403 404 404 404 403
POST   sessions/{canceled}/payments       balance                 401 422 422 403 404 404 404 404
POST   sessions/{offered}/payments/{slip}/verify                  401 200 200 403 404 404 404 404
POST   sessions/{confirmed}/payments/{refund}/verify              401 200 200 403 404 404 404 404
POST   sessions/{offered}/payments/{payment}/verify               401 422 422 403 404 404 404 404
POST   sessions/{canceled}/payments/{due_back}/verify             401 200 403 403 404 404 404 404
POST   sessions/{session}/payments/{slip}/verify                  401 404 404 403 404 404 404 404
POST   sessions/{edited}/payments/{slip}/verify                   401 404 404 403 404 404 404 403
POST   sessions/{offered}/payments/{slip}/void                    401 200 200 403 404 404 404 404
POST   sessions/{offered}/payments/{slip}/void override           401 200 403 403 404 404 404 404
POST   sessions/{confirmed}/payments/{refund}/void                401 200 200 403 404 404 404 404
POST   sessions/{offered}/payments/{payment}/void                 401 200 200 403 404 404 404 404
POST   sessions/{session}/payments/{slip}/void                    401 404 404 403 404 404 404 404

GET    sessions/{confirmed}/cancellation-preview                  401 200 200 403 404 404 404 404
GET    sessions/{pool}/cancellation-preview                       401 200 200 404 404 403 404 403
GET    sessions/{completed}/cancellation-preview                  401 409 409 403 404 404 404 403
GET    sessions/{canceled}/cancellation-preview                   401 409 409 403 404 404 404 404
POST   sessions/{session}/cancel                                  401 200 200 403 404 404 404 404
POST   sessions/{confirmed}/cancel                                401 200 200 403 404 404 404 404
POST   sessions/{confirmed}/cancel        override                401 200 403 403 404 404 404 404
POST   sessions/{edited}/cancel                                   401 200 200 403 404 404 404 403
POST   sessions/{completed}/cancel                                401 409 409 403 404 404 404 403
POST   sessions/{canceled}/cancel                                 401 409 409 403 404 404 404 404
POST   sessions/{hidden}/cancel                                   401 404 404 404 404 404 404 404
PATCH  sessions/{canceled}/cancellation                           401 200 403 403 404 404 404 404
PATCH  sessions/{confirmed}/cancellation                          401 409 403 403 404 404 404 404

PATCH  sessions/{due}/photographers/{due_part}/attended           401 200 200 200 404 404 404 404
PATCH  sessions/{due}/photographers/{seconds_part}/attended       401 200 200 403 404 404 404 404
PATCH  sessions/{due}/photographers/{assignment}/attended         401 404 404 404 404 404 404 404
PATCH  sessions/{covered}/photographers/{due_part}/attended       401 404 404 404 404 404 404 404
PATCH  sessions/{session}/photographers/{assignment}/attended     401 409 409 409 404 404 404 404
PATCH  sessions/{edited}/photographers/{edited_part}/attended     401 200 200 200 404 404 404 403
PATCH  sessions/{edited}/photographers/{edited_part}/attended undo 401 409 409 409 404 404 404 403
PATCH  sessions/{marked}/photographers/{marked_part}/attended undo 401 200 200 200 404 403 404 403
PATCH  sessions/{due}/my-attendance                               401 422 422 200 404 404 404 404
PATCH  sessions/{covered}/my-attendance                           401 422 422 422 404 404 404 404
PATCH  sessions/{session}/my-attendance                           401 409 409 409 404 404 404 404
PATCH  sessions/{pool}/my-attendance                              401 422 422 404 404 403 404 403
PATCH  sessions/{completed}/my-attendance                         401 409 409 409 404 404 404 403

POST   sessions/{pool}/take                                       401 422 422 404 404 200 404 200
POST   sessions/{marked}/take                                     401 422 422 403 404 200 404 200
POST   sessions/{edited}/take                                     401 409 409 403 404 404 404 409
POST   sessions/{session}/take                                    401 409 409 403 404 404 404 404
POST   sessions/{pool}/assign-editor                              401 200 200 404 404 403 404 403
POST   sessions/{edited}/assign-editor                            401 200 200 403 404 404 404 403
POST   sessions/{ready}/assign-editor                             401 200 200 403 404 404 404 403
POST   sessions/{completed}/assign-editor                         401 409 409 403 404 404 404 403
POST   sessions/{session}/assign-editor                           401 409 409 403 404 404 404 404
POST   sessions/{edited}/release-editor                           401 200 200 403 404 404 404 200
POST   sessions/{ready}/release-editor                            401 409 409 403 404 404 404 409
POST   sessions/{pool}/release-editor                             401 409 409 404 404 403 404 403
PATCH  sessions/{edited}/editing                                  401 403 403 403 404 404 404 200
PATCH  sessions/{ready}/editing                                   401 403 403 403 404 404 404 409
PATCH  sessions/{pool}/editing                                    401 403 403 404 404 403 404 403
POST   sessions/{edited}/mark-ready                               401 200 200 403 404 404 404 200
POST   sessions/{ready}/mark-ready                                401 409 409 409 404 404 404 409
POST   sessions/{pool}/mark-ready                                 401 409 409 404 404 409 404 409
POST   sessions/{session}/mark-ready                              401 409 409 403 404 404 404 404
"""

NEW_CLIENT = {"full_name": "New", "email": "new@example.com", "primary_phone": "5555-1234"}
NEW_PERSON = {"full_name": "New", "email": "new@example.com", "password": "Correct-Horse-7"}
OVERRIDE = {"override": True, "reason": "an old friend"}
LOW_DEPOSIT = {"deposit_percentage": 10, **OVERRIDE}
TODAY = studio_day(now())

MONTH = {"from": TODAY.isoformat(), "to": (TODAY + timedelta(days=31)).isoformat()}
WISH = {"duration_hours": 2, "session_type": "Studio", "photographers": 1}
MORNING = {"starts_at": f"{IN_TIME}T08:00:00-06:00", "ends_at": f"{IN_TIME}T13:00:00-06:00"}

BODIES: dict[str, dict[str, Any]] = {
    "POST auth/password/forgot": {"email": "new@example.com"},
    "POST invitations": {"email": "new@example.com", "custom_message": "welcome"},
    "POST invitations with_roles": {"email": "new@example.com", "roles": ["coordinator"]},
    "POST invitations/resend": {"email": "new@example.com"},
    "PATCH users/me": {"phone": "5555-1234"},
    "POST users": NEW_PERSON,
    "POST users with_roles": {**NEW_PERSON, "roles": ["editor", "photographer"]},
    "PATCH users/{other}": {"phone": "5555-1234", "status": "Active"},
    "PATCH users/{other} inactive": {"status": "Inactive"},
    "PATCH users/{admin} inactive": {"status": "Inactive"},
    "PATCH users/{other}/password": {
        "current_password": "not this one",
        "new_password": "Correct-Horse-7",
    },
    "POST roles": {"name": "archivist", "description": "keeps the pictures"},
    "PATCH roles/{own_role}": {"description": "keeps the lenses"},
    "PATCH roles/{own_role} inactive": {"status": "Inactive"},
    "PATCH roles/{role} renamed": {"name": "cutter"},
    "PUT roles/{own_role}/permissions": {"codes": ["client.view", "role.assign"]},
    "PUT roles/{admin_role}/permissions": {"codes": ["client.view"]},
    "POST clients": NEW_CLIENT,
    "POST clients inactive": {**NEW_CLIENT, "status": "Inactive"},
    "PATCH clients/{client}": {"notes": "prefers mornings"},
    "PATCH clients/{client} active": {"status": "Active", "notes": "the status is no change"},
    "PATCH clients/{spare_client} inactive": {"status": "Inactive"},
    "PATCH clients/{closed_client} active": {"status": "Active"},
    "POST items": {
        "code": "NEW-1",
        "name": "New",
        "item_type": "Album",
        "unit_price": 10,
        "unit_measure": "piece",
    },
    "PATCH items/{item}": {"name": "Other"},
    "POST packages": {"code": "NEW-1", "name": "New", "session_type": "Both"},
    "PATCH packages/{package}": {"name": "Other"},
    "POST packages/{package}/items": {"item_id": "{spare_item}"},
    "POST rooms": {"name": "New"},
    "PATCH rooms/{room}": {"name": "Other"},
    "PUT rooms/{spare_room}/maintenance planned": {
        "from": IN_TIME,
        "to": IN_TIME,
        "reason": "new paint",
    },
    "PUT rooms/{room}/maintenance over_bookings": MONTH,
    "GET rooms/{room}/agenda": MONTH,
    "GET notifications unread": {"unread_only": True},
    "GET agenda": MONTH,
    "GET availability": {"date": IN_TIME, "time": "10:00", **WISH},
    "GET availability/slots": {**MONTH, **WISH},
    "POST time-off": MORNING,
    "POST time-off anothers": {**MORNING, "user_id": "{free_photographer}"},
    "POST sessions": {
        "client_id": "{client}",
        "session_type": "Studio",
        "session_date": IN_TIME,
        "session_time": "10:00",
        "room_id": "{room}",
    },
    "PATCH sessions/{session} plan": {"session_time": "15:00"},
    "PATCH sessions/{session} money": {"discount": 1, "deposit_percentage": 60},
    "PATCH sessions/{session} override": LOW_DEPOSIT,
    "PATCH sessions/{session} room": {"room_id": "{spare_room}"},
    "PATCH sessions/{session} notes": {"internal_notes": "paid cash", "delivery_method": "Both"},
    "PATCH sessions/{covered} plan": {"session_time": "15:00"},
    "PATCH sessions/{covered} observations": {"photographer_observations": "rain"},
    "PATCH sessions/{covered} observations_and_plan": {
        "photographer_observations": "rain",
        "session_time": "15:00",
    },
    "PATCH sessions/{covered} editor_observations": {"editor_observations": "dark"},
    "PATCH sessions/{pool} plan": {"session_time": "15:00"},
    "PATCH sessions/{pool} editor_observations": {"editor_observations": "dark"},
    "PATCH sessions/{edited} editor_observations": {"editor_observations": "dark"},
    "PATCH sessions/{hidden} plan": {"session_time": "15:00"},
    "PATCH sessions/{session}/details/{line}": {"quantity": 3},
    "PATCH sessions/{session}/details/{line} delivered": {"is_delivered": True},
    "PATCH sessions/{session}/details/{away_line}": {"quantity": 3},
    "POST sessions/{session}/photographers": {"photographer_id": "{free_photographer}"},
    "POST sessions/{pool}/photographers": {"photographer_id": "{free_photographer}"},
    "PATCH sessions/{session}/photographers/{assignment}": {"role": "Lead"},
    "PATCH sessions/{away}/photographers/{assignment}": {"role": "Lead"},
    "POST sessions/{session}/photographers/{assignment}/reassign": {
        "photographer_id": "{free_photographer}"
    },
}
BODIES["POST sessions override"] = BODIES["POST sessions"] | LOW_DEPOSIT
BODIES["POST sessions entered_afterwards"] = BODIES["POST sessions"] | {
    "session_date": (TODAY - timedelta(days=10)).isoformat(),
    "status": "Ready for Delivery",
    "photographer_ids": ["{free_photographer}"],
    "editor_id": "{editor}",
    "lines": [{"item_id": "{item}", "quantity": 3}],
    "reason": "from the spreadsheet",
}
BODIES["POST sessions/{offered}/transition override"] = {"to_status": "Confirmed", **OVERRIDE}
BODIES["POST sessions/{confirmed}/payments/{refund}/verify"] = {"transaction_reference": "B-77"}
BODIES["POST sessions/{canceled}/payments/{due_back}/verify"] = {"transaction_reference": "B-78"}

PAYMENT = {
    "payment_type": "Balance",
    "payment_method": "Transfer",
    "amount": 10,
    "payment_date": TODAY.isoformat(),
}
CANCELLATION = {"cancellation_reason": "the wedding is off", "initiated_by": "Client"}
# The same at every session: by the last word of the address.
BODIES_BY_WORD: dict[str, dict[str, Any]] = {
    "payments balance": PAYMENT,
    "payments override": PAYMENT | OVERRIDE,
    "payments refund": PAYMENT | {"payment_type": "Refund", "reason": "paid too much"},
    "void": {"reason": "it bounced"},
    "void override": OVERRIDE,
    "cancel": CANCELLATION,
    "cancel override": CANCELLATION | OVERRIDE | {"refund_amount": 1},
    "cancellation": {"initiated_by": "Studio", "reason": "it was us"},
    "attend": {"attended": True},
    "attended": {"attended": True},
    "attended undo": {"attended": False},
    "my-attendance": {"attended": True, "notes": "rain"},
    "assign-editor": {"editor_id": "{editor}"},
    "release-editor": {"reason": "ill"},
    "editing": {"estimated_editing_days": 9, "note": "more pictures"},
    "mark-ready": {"notes": "in the cloud"},
    "postpone": {"session_date": IN_TIME, "session_time": "10:00", "reason": "rain"},
}

LINES = [line for line in TABLE.splitlines() if line]


def split(line: str) -> tuple[str, str, str, list[int]]:
    """Return method, address, name of the body and expected answers of a line."""
    method, address, *rest = line.split()
    variant = "" if rest[0].isdigit() else rest.pop(0)
    return method, address, variant, [int(status) for status in rest]


def template(method: str, address: str, variant: str) -> dict[str, Any] | None:
    """Return the valid body of a line, of a GET its query, with names in the place of ids."""
    body = BODIES.get(f"{method} {address} {variant}".strip())
    if body is None and address.endswith("/transition"):
        return {"to_status": Status[variant.upper()].value, "reason": "as agreed"}
    if body is None and method != "GET":
        return BODIES_BY_WORD.get(f"{address.rpartition('/')[2]} {variant}".strip(), {})
    return body
