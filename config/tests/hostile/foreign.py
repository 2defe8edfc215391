"""Things of others, and every door at which somebody might reach for them (rules, section 1).

`api_permissions` and `admin_permissions` ask what a role may do; here it is about whose a thing is.
"""

from __future__ import annotations

from config.tests import world

PEOPLE = (*world.PEOPLE, "editing")

# What is reached for, how, and what each is answered who must not reach it; “-” is who may.
# 404 and 403 as they are; home: led home, as to what is not there; door: to the sign-in;
# kept: answered, of one's own or not at all. An address that begins with a slash is a page of the
# back office, one without it the API's.
# In order of: nobody, admin, coordinator, covering, other, editor, user, editing.
REACHES = """
notification  POST   notifications/{notification}/read       401  404  404  -    404  404  404  404
notification  POST   /notifications/notification/open/       door 404  404  -    404  404  door 404
notification  GET    /notifications/notification/{notification}/change/ \\
                                                             door 404  404  404  404  404  door 404
notification  GET    notifications                           401  kept kept -    kept kept kept kept
notification  GET    /notifications/notification/            door kept kept -    kept kept door kept

session       GET    sessions/{session}                      401  -    -    -    404  404  404  404
session       GET    sessions/{session}/details              401  -    -    -    404  404  404  404
session       GET    sessions/{session}/photographers        401  -    -    -    404  404  404  404
session       GET    sessions/{session}/history              401  -    -    -    404  404  404  404
session       GET    sessions/{session}/payments             401  -    -    403  404  404  404  404
session       GET    sessions/{session}/cancellation-preview 401  -    -    403  404  404  404  404
session       GET    photographers/sessions/{session}        401  404  404  -    404  404  403  404
session       GET    photographers/sessions/{session}/client 401  404  404  -    404  404  403  404
session       GET    photographers/sessions/{session}/team   401  404  404  -    404  404  403  404
session       PATCH  photographers/sessions/{session}/attend 401  404  404  -    404  404  403  404
session       PATCH  sessions/{session}/my-attendance        401  409  409  -    404  404  404  404
session       PATCH  sessions/{session}                      401  -    -    403  404  404  404  404
session       DELETE sessions/{session}                      401  -    403  403  404  404  404  404
session       GET    sessions?search={code}                  401  -    -    -    kept kept kept kept
session       GET    sessions?photographer_id={covering}     401  -    -    -    kept kept kept kept
session       GET    sessions?client_id={client}&limit=1000  401  -    -    -    kept kept kept kept
session       GET    sessions/my-assignments?photographer_id={covering} \\
                                                             401  kept kept -    kept kept 403  kept
session       GET    sessions/my-editing?photographer_id={covering} \\
                                                             401  kept kept kept kept kept 403  kept
session       GET    agenda?from={from}&to={to}&photographer_id={covering} \\
                                                             401  -    -    -    kept kept kept kept
session       GET    agenda?from={from}&to={to}&room_id={room} \\
                                                             401  -    -    -    kept kept kept kept
session       GET    /sessions_app/session/{session}/change/ door -    -    -    home home door home
session       GET    /sessions_app/session/{session}/history/ \\
                                                             door -    -    403  403  403  door 403
session       GET    /sessions_app/session/{session}/delete/ door 403  403  403  403  403  door 403
session       POST   /sessions_app/session/{session}/change/ door -    -    -    home home door home
session       POST   /sessions_app/session/{session}/cancel/ door -    -    back home home door home
session       GET    /sessions_app/session/?q={name}         door -    -    -    kept kept door kept
session       GET    /sessions_app/session/agenda/entries/?start={from}&end={to} \\
                                                             door -    -    -    kept kept door kept
session       GET    /search/?s={code}&extended=1         door -    -    -    kept kept door kept

hidden        GET    sessions/{hidden}                       401  404  404  404  404  404  404  404
hidden        POST   sessions/{hidden}/recalculate           401  404  404  404  404  404  404  404
hidden        GET    photographers/sessions/{hidden}         401  404  404  404  404  404  403  404
hidden        GET    /sessions_app/session/{hidden}/change/  door home home home home home door home
hidden        POST   /sessions_app/session/{hidden}/change/  door home home home home home door home
hidden        GET    sessions?search={hidden_code}           401  kept kept kept kept kept kept kept
hidden        GET    /sessions_app/session/?q={name}  door kept kept kept kept kept door kept

edited        PATCH  sessions/{edited}/editing               401  403  403  403  404  404  404  -
edited        POST   sessions/{edited}/take                  401  409  409  403  404  404  404  409
edited        POST   sessions/{edited}/mark-ready            401  -    -    403  404  404  404  -
edited        POST   sessions/{edited}/release-editor        401  -    -    403  404  404  404  -
edited        GET    sessions/my-editing?editor_id={editing} 401  kept kept kept kept kept 403  -

line          PATCH  sessions/{session}/details/{line}       401  -    -    403  404  404  404  404
line          PATCH  sessions/{session}/details/{away_line}  401  404  404  403  404  404  404  404
line          DELETE sessions/{away}/details/{line}          401  404  404  404  404  404  404  404
line          GET    /sessions_app/line/{line}/change/       door -    -    -    home home door home
line          GET    /sessions_app/line/{away_line}/change/  door -    -    home home home door home
line          GET    /sessions_app/line/{away_line}/history/ door -    -    home home home door home
line          POST   /sessions_app/line/{away_line}/remove/  door -    -    home home home door home

payment       POST   sessions/{session}/payments/{slip}/verify \\
                                                             401  404  404  403  404  404  404  404
payment       POST   sessions/{edited}/payments/{slip}/void  401  404  404  403  404  404  404  403
payment       POST   sessions/{offered}/payments/{slip}/void 401  -    -    403  404  404  404  404
payment       GET    /sessions_app/payment/{slip}/change/    door -    -    403  403  403  door 403
payment       GET    /sessions_app/payment/{slip}/history/   door -    -    home home home door home
payment       POST   /sessions_app/payment/{slip}/void/      door -    -    home home home door home

refund        POST   sessions/{canceled}/payments/{due_back}/verify \\
                                                             401  -    403  403  404  404  404  404
refund        POST   sessions/{offered}/payments/{due_back}/void \\
                                                             401  404  404  403  404  404  404  404
refund        PATCH  sessions/{canceled}/cancellation        401  -    403  403  404  404  404  404
refund        POST   /sessions_app/payment/{due_back}/void/  door -    -    home home home door home
refund        POST   /sessions_app/session/{canceled}/correct-cancellation/ \\
                                                             door -    back back home home door home

assignment    PATCH  sessions/{session}/photographers/{assignment} \\
                                                             401  -    -    403  404  404  404  404
assignment    PATCH  sessions/{away}/photographers/{assignment} \\
                                                             401  404  404  404  404  404  404  404
assignment    DELETE sessions/{edited}/photographers/{assignment} \\
                                                             401  404  404  403  404  404  404  403
assignment    POST   sessions/{late}/photographers/{assignment}/reassign \\
                                                             401  404  404  403  404  404  404  404
assignment    PATCH  sessions/{due}/photographers/{seconds_part}/attended \\
                                                             401  -    -    403  404  404  404  404
assignment    GET    /sessions_app/assignment/{assignment}/change/ \\
                                                             door -    -    -    home home door home
assignment    POST   /sessions_app/assignment/{seconds_part}/mark/ \\
                                                             door -    -    back home home door home

time_off      DELETE time-off/{time_off}                     401  -    -    -    404  404  404  404
time_off      GET    time-off?user_id={covering}             401  -    -    -    kept kept kept kept
time_off      GET    /sessions_app/timeoff/{time_off}/change/ \\
                                                             door -    -    -    home home door home
time_off      POST   /sessions_app/timeoff/{time_off}/withdraw/ \\
                                                             door -    -    -    home home door home
time_off      DELETE time-off/{maintenance}                  401  404  404  404  404  404  404  404
time_off      DELETE time-off/{session_session_claim}        401  404  404  404  404  404  404  404
time_off      GET    /sessions_app/timeoff/{maintenance}/change/ \\
                                                             door home home home home home door home
time_off      GET    /sessions_app/timeoff/{session_session_claim}/change/ \\
                                                             door home home home home home door home

maintenance   GET    /sessions_app/maintenance/{maintenance}/change/ \\
                                                             door -    -    403  403  403  door 403
maintenance   POST   /sessions_app/maintenance/{maintenance}/withdraw/ \\
                                                             door -    back 403  403  403  door 403
maintenance   GET    /sessions_app/maintenance/{time_off}/change/ \\
                                                             door home home 403  403  403  door 403
maintenance   GET    rooms/{repaired_room}/agenda?from={from}&to={to} \\
                                                             401  -    -    403  403  403  403  403

client        GET    clients/{client}                        401  -    -    403  403  403  403  403
client        GET    /clients/client/{client}/change/        door -    -    403  403  403  door 403
client        GET    /clients/client/{client}/history/       door -    -    403  403  403  door 403
client        GET    /autocomplete/?app_label=sessions_app&model_name=session&field_name=client \\
                                                             door -    -    403  403  403  door 403
client        GET    /search/?s={client_email}&extended=1 door -    -    kept kept kept door kept

invitation    GET    invitations                             401  -    403  403  403  403  403  403
invitation    DELETE invitations/{invitation}                401  -    403  403  403  403  403  403
invitation    GET    invitations/validate/{invitation}       kept kept kept kept kept kept kept kept
invitation    GET    /users/invitation/{invitation}/change/  door -    403  403  403  403  door 403
invitation    POST   /users/invitation/{invitation}/revoke/  door -    403  403  403  403  door 403

person        GET    users/{admin}                           401  -    403  403  403  403  403  403
person        PATCH  users/{admin}/password                  401  -    403  403  403  403  403  403
person        POST   users/{other}/roles/{admin_role}        401  -    403  403  403  403  403  403
person        GET    /users/user/{admin}/change/             door -    403  403  403  403  door 403
person        POST   /users/user/{admin}/password/           door -    403  403  403  403  door 403
person        GET    /users/user/{admin}/history/            door -    403  403  403  403  door 403
person        GET    /search/?s={admin_email}&extended=1 door -    kept kept kept kept door kept

letter        GET    /notifications/email/{letter}/change/   door -    -    403  403  403  door 403
letter        POST   /notifications/email/{failed_letter}/again/ \\
                                                             door -    -    home home home door home
secret_letter GET    /notifications/email/{secret_letter}/change/ \\
                                                             door -    home 403  403  403  door 403
secret_letter POST   /notifications/email/{secret_letter}/again/ \\
                                                             door back home home home home door home
secret_letter GET    /notifications/email/?q=invited \\
                                                             door -    kept 403  403  403  door 403

entry         GET    /records/auditentry/{entry}/change/     door -    403  403  403  403  door 403
entry         POST   /records/auditentry/{entry}/change/     door 403  403  403  403  403  door 403
job_run       GET    /records/jobrun/{job_run}/change/       door -    403  403  403  403  door 403
job_run       POST   /records/jobrun/{job_run}/delete/       door 403  403  403  403  403  door 403
version       GET    /records/studiosettings/{version}/change/ \\
                                                             door -    403  403  403  403  door 403
version       POST   /records/studiosettings/change-settings/ \\
                                                             door -    403  403  403  403  door 403
sign_in       POST   auth/logout                             kept kept kept kept kept kept kept kept
"""

BODIES: dict[str, dict[str, object]] = {
    "sessions/{session}": {"internal_notes": "forged"},
    "/notifications/notification/open/": {"notification": "{notification}"},
    "auth/logout": {"refresh_token": "{foreign_access}"},
    "void": {"reason": "it bounced"},
    "verify": {"transaction_reference": "B-77"},
    "cancellation": {"initiated_by": "Studio", "reason": "it was us"},
    "correct-cancellation": {"initiator": "Studio", "reason": "it was us"},
    "cancel": {"initiator": "Client", "reason": "forged"},
    "attend": {"attended": True},
    "attended": {"attended": True},
    "my-attendance": {"attended": True},
    "editing": {"estimated_editing_days": 9, "note": "forged"},
    "release-editor": {"reason": "forged"},
    "password": {"new_password": "Other-Horse-2027!", "repeated": "Other-Horse-2027!"},
    "reassign": {"photographer_id": "{free_photographer}"},
}
"""What a request is sent with: by its address, else by its last word; else a note."""

LINES = [line for line in REACHES.replace("\\\n", " ").splitlines() if line]
