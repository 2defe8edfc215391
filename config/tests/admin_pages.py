"""Every page of the back office, and what each kind of person is answered there (rules, 1).

The table that `test_admin_permissions` walks. What a crafted POST does stands in `admin_posts`.
"""

from __future__ import annotations

from config.tests import world

PEOPLE = (*world.PEOPLE, "editing")
"""Besides: who edits the sessions that somebody edits."""

# What a GET is answered: a page (200), a refusal (403), or a redirect: to sign in (door), home as
# for what is not there (home), back to a page where one may be (back).
#                                                        nobody    coord.    other     user
#                                                             admin     cover.    editor    editing
PAGES = """
/                                                        door 200  200  200  200  200  door 200
/login/                                                  200  home home home home home 200  home
/second-factor/                                          door door door door door door door door
/logout/                                                 home 405  405  405  405  405  home 405
/password_change/                                        door 200  200  200  200  200  door 200
/password_change/done/                                   door 200  200  200  200  200  door 200
/search/                                                 door 200  200  200  200  200  door 200
/jsi18n/                                                 door 200  200  200  200  200  door 200
/autocomplete/                                           door 403  403  403  403  403  door 403
/r/1/1/                                                  door 404  404  404  404  404  door 404
/unknown/                                                door 404  404  404  404  404  door 404
/records/                                                door 200  404  404  404  404  door 404
/users/                                                  door 200  404  404  404  404  door 404
/clients/                                                door 200  200  404  404  404  door 404
/catalog/                                                door 200  200  404  404  404  door 404
/sessions_app/                                           door 200  200  200  200  200  door 200

/notifications/notification/                             door 200  200  200  200  200  door 200
/notifications/notification/unread/                      door 200  200  200  200  200  door 200
/notifications/notification/open/                        door 405  405  405  405  405  door 405
/notifications/notification/read-all/                    door 405  405  405  405  405  door 405
/notifications/notification/by-email/                    door 200  200  200  200  200  door 200

/records/auditentry/                                     door 200  403  403  403  403  door 403
/records/auditentry/add/                                 door 403  403  403  403  403  door 403
/records/auditentry/{entry}/                             door back back back back back door back
/records/auditentry/{entry}/change/                      door 200  403  403  403  403  door 403
/records/auditentry/{entry}/history/                     door 200  403  403  403  403  door 403
/records/auditentry/{entry}/delete/                      door 403  403  403  403  403  door 403

/records/jobrun/                                         door 200  403  403  403  403  door 403
/records/jobrun/add/                                     door 403  403  403  403  403  door 403
/records/jobrun/{job_run}/                               door back back back back back door back
/records/jobrun/{job_run}/change/                        door 200  403  403  403  403  door 403
/records/jobrun/{job_run}/history/                       door 200  403  403  403  403  door 403
/records/jobrun/{job_run}/delete/                        door 403  403  403  403  403  door 403

/records/studiosettings/                                 door 200  403  403  403  403  door 403
/records/studiosettings/add/                             door 403  403  403  403  403  door 403
/records/studiosettings/change-settings/                 door 200  403  403  403  403  door 403
/records/studiosettings/{version}/                       door back back back back back door back
/records/studiosettings/{version}/change/                door 200  403  403  403  403  door 403
/records/studiosettings/{version}/history/               door 200  403  403  403  403  door 403
/records/studiosettings/{version}/delete/                door 403  403  403  403  403  door 403

/users/role/                                             door 200  403  403  403  403  door 403
/users/role/add/                                         door 200  403  403  403  403  door 403
/users/role/{role}/                                      door back back back back back door back
/users/role/{role}/change/                               door 200  403  403  403  403  door 403
/users/role/{role}/history/                              door 200  403  403  403  403  door 403
/users/role/{role}/delete/                               door 403  403  403  403  403  door 403
/users/role/{own_role}/deactivate/                       door 200  403  403  403  403  door 403
/users/role/{closed_role}/reactivate/                    door 200  403  403  403  403  door 403

/users/invitation/                                       door 200  403  403  403  403  door 403
/users/invitation/add/                                   door 200  403  403  403  403  door 403
/users/invitation/{invitation}/                          door back back back back back door back
/users/invitation/{invitation}/change/                   door 200  403  403  403  403  door 403
/users/invitation/{invitation}/history/                  door 200  403  403  403  403  door 403
/users/invitation/{invitation}/delete/                   door 403  403  403  403  403  door 403
/users/invitation/{invitation}/again/                    door 200  403  403  403  403  door 403
/users/invitation/{invitation}/revoke/                   door 200  403  403  403  403  door 403

/users/user/                                             door 200  403  403  403  403  door 403
/users/user/add/                                         door 200  403  403  403  403  door 403
/users/user/me/                                          door 200  200  200  200  200  door 200
/users/user/me/second-factor/                            door 200  200  200  200  200  door 200
/users/user/me/second-factor/codes/                      door 200  200  200  200  200  door 200
/users/user/me/second-factor/off/                        door 200  200  200  200  200  door 200
/users/user/{editor}/                                    door back back back back back door back
/users/user/{editor}/change/                             door 200  403  403  403  403  door 403
/users/user/{editor}/history/                            door 200  403  403  403  403  door 403
/users/user/{editor}/delete/                             door 403  403  403  403  403  door 403
/users/user/{editor}/password/                           door 200  403  403  403  403  door 403
/users/user/{editor}/without-second-factor/              door back 403  403  403  403  door 403
/users/user/{guarded}/without-second-factor/             door 200  403  403  403  403  door 403
/users/user/{editor}/deactivate/                         door 200  403  403  403  403  door 403
/users/user/{inactive_person}/reactivate/                door 200  403  403  403  403  door 403

/notifications/                                          door 200  200  404  404  404  door 404
/notifications/email/                                    door 200  200  403  403  403  door 403
/notifications/email/add/                                door 403  403  403  403  403  door 403
/notifications/email/how-they-look/                      door 200  200  403  403  403  door 403
/notifications/email/{letter}/                           door back back back back back door back
/notifications/email/{letter}/change/                    door 200  200  403  403  403  door 403
/notifications/email/{secret_letter}/change/             door 200  home 403  403  403  door 403
/notifications/email/{letter}/history/                   door 200  200  home home home door home
/notifications/email/{secret_letter}/history/            door 200  home home home home door home
/notifications/email/{letter}/delete/                    door 403  403  403  403  403  door 403
/notifications/email/{failed_letter}/again/              door 200  200  home home home door home
/notifications/email/{letter}/again/                     door back back home home home door home
/notifications/email/{secret_letter}/again/              door back home home home home door home

/clients/client/                                         door 200  200  403  403  403  door 403
/clients/client/add/                                     door 200  200  403  403  403  door 403
/clients/client/{client}/                                door back back back back back door back
/clients/client/{client}/change/                         door 200  200  403  403  403  door 403
/clients/client/{client}/history/                        door 200  200  403  403  403  door 403
/clients/client/{client}/delete/                         door 403  403  403  403  403  door 403
/clients/client/{spare_client}/deactivate/               door 200  back 403  403  403  door 403
/clients/client/{closed_client}/reactivate/              door 200  back 403  403  403  door 403

/catalog/item/                                           door 200  200  403  403  403  door 403
/catalog/item/add/                                       door 200  403  403  403  403  door 403
/catalog/item/{item}/                                    door back back back back back door back
/catalog/item/{item}/change/                             door 200  200  403  403  403  door 403
/catalog/item/{item}/history/                            door 200  200  403  403  403  door 403
/catalog/item/{item}/delete/                             door 403  403  403  403  403  door 403
/catalog/item/{item}/deactivate/                         door 200  back 403  403  403  door 403
/catalog/item/{closed_item}/reactivate/                  door 200  back 403  403  403  door 403

/catalog/package/                                        door 200  200  403  403  403  door 403
/catalog/package/add/                                    door 200  403  403  403  403  door 403
/catalog/package/{package}/                              door back back back back back door back
/catalog/package/{package}/change/                       door 200  200  403  403  403  door 403
/catalog/package/{package}/history/                      door 200  200  403  403  403  door 403
/catalog/package/{package}/delete/                       door 403  403  403  403  403  door 403
/catalog/package/{package}/deactivate/                   door 200  back 403  403  403  door 403
/catalog/package/{closed_package}/reactivate/            door 200  back 403  403  403  door 403

/catalog/room/                                           door 200  200  403  403  403  door 403
/catalog/room/add/                                       door 200  403  403  403  403  door 403
/catalog/room/{room}/                                    door back back back back back door back
/catalog/room/{room}/change/                             door 200  200  403  403  403  door 403
/catalog/room/{room}/history/                            door 200  200  403  403  403  door 403
/catalog/room/{room}/delete/                             door 403  403  403  403  403  door 403
/catalog/room/{spare_room}/maintenance/                  door 200  back 403  403  403  door 403
/catalog/room/{spare_room}/deactivate/                   door 200  back 403  403  403  door 403
/catalog/room/{closed_room}/reactivate/                  door 200  back 403  403  403  door 403

/sessions_app/session/                                   door 200  200  200  200  200  door 200
/sessions_app/session/add/                               door 200  200  403  403  403  door 403
/sessions_app/session/enter-afterwards/                  door 200  403  403  403  403  door 403
/sessions_app/session/agenda/                            door 200  200  200  200  200  door 200
/sessions_app/session/agenda/entries/                    door 400  400  400  400  400  door 400
/sessions_app/session/agenda/move/                       door 405  405  405  405  405  door 405
/sessions_app/session/availability/                      door 200  200  403  403  403  door 403
/sessions_app/session/editing-queue/                     door 200  200  403  403  200  door 200
/sessions_app/session/take-next/                         door 405  405  403  403  405  door 405
/sessions_app/session/{session}/                         door back back back back back door back
/sessions_app/session/{session}/change/                  door 200  200  200  home home door home
/sessions_app/session/{pool}/change/                     door 200  200  home home 200  door 200
/sessions_app/session/{edited}/change/                   door 200  200  200  home home door 200
/sessions_app/session/{canceled}/change/                 door 200  200  200  home home door home
/sessions_app/session/{hidden}/change/                   door home home home home home door home
/sessions_app/session/{session}/history/                 door 200  200  403  403  403  door 403
/sessions_app/session/{edited}/history/                  door 200  200  403  403  403  door 403
/sessions_app/session/{hidden}/history/                  door home home 403  403  403  door 403
/sessions_app/session/{session}/delete/                  door 403  403  403  403  403  door 403

/sessions_app/session/{session}/negotiate/               door 200  200  back home home door home
/sessions_app/session/{offered}/negotiate/               door 200  200  back home home door home
/sessions_app/session/{confirmed}/negotiate/             door back back back home home door home
/sessions_app/session/{session}/pre-schedule/            door 200  200  back home home door home
/sessions_app/session/{offered}/pre-schedule/            door back back back home home door home
/sessions_app/session/{offered}/confirm/                 door 200  200  back home home door home
/sessions_app/session/{session}/confirm/                 door back back back home home door home
/sessions_app/session/{hidden}/confirm/                  door home home home home home door home
/sessions_app/session/{confirmed}/reopen/                door 200  200  back home home door home
/sessions_app/session/{offered}/reopen/                  door back back back home home door home
/sessions_app/session/{late}/settle-team/                door 200  200  back home home door home
/sessions_app/session/{marked}/settle-team/              door back back back home back door back
/sessions_app/session/{ready}/complete/                  door 200  200  back home home door back
/sessions_app/session/{completed}/complete/              door back back back home home door back
/sessions_app/session/{covered}/postpone/                door 200  200  back home home door home
/sessions_app/session/{late}/postpone/                   door 200  200  back home home door home
/sessions_app/session/{pool}/postpone/                   door back back home home back door back
/sessions_app/session/{session}/cancel/                  door 200  200  back home home door home
/sessions_app/session/{pool}/cancel/                     door 200  200  home home back door back
/sessions_app/session/{edited}/cancel/                   door 200  200  back home home door back
/sessions_app/session/{completed}/cancel/                door back back back home home door back
/sessions_app/session/{hidden}/cancel/                   door home home home home home door home
/sessions_app/session/{canceled}/correct-cancellation/   door 200  back back home home door home
/sessions_app/session/{confirmed}/correct-cancellation/  door back back back home home door home
/sessions_app/session/{session}/hide/                    door 200  back back home home door home
/sessions_app/session/{pool}/hide/                       door back back home home back door back

/sessions_app/session/{session}/add-package/             door 200  200  back home home door home
/sessions_app/session/{covered}/add-package/             door 200  back back home home door home
/sessions_app/session/{session}/add-item/                door 200  200  back home home door home
/sessions_app/session/{completed}/add-item/              door 200  back back home home door back
/sessions_app/session/{offered}/record-payment/          door 200  200  back home home door home
/sessions_app/session/{edited}/record-payment/           door 200  200  back home home door back
/sessions_app/session/{completed}/record-payment/        door back back back home home door back
/sessions_app/session/{canceled}/record-payment/         door back back back home home door home
/sessions_app/session/{offered}/record-refund/           door 200  200  back home home door home
/sessions_app/session/{canceled}/record-refund/          door 200  200  back home home door home
/sessions_app/session/{completed}/record-refund/         door back back back home home door back
/sessions_app/session/{session}/record-refund/           door back back back home home door home

/sessions_app/session/{session}/assign-photographer/     door 200  200  back home home door home
/sessions_app/session/{ready}/assign-photographer/       door back back back home home door back
/sessions_app/session/{due}/mark-own/                    door back back 200  home home door home
/sessions_app/session/{session}/mark-own/                door back back back home home door home
/sessions_app/session/{marked}/mark-own/                 door back back back home back door back
/sessions_app/session/{edited}/mark-own/                 door back back 200  home home door back
/sessions_app/session/{due}/attend/                      door 200  200  back home home door home
/sessions_app/session/{pool}/attend/                     door back back home home back door back
/sessions_app/session/{marked}/take-back/                door 200  200  200  home back door back
/sessions_app/session/{pool}/take-back/                  door 200  200  home home back door back
/sessions_app/session/{edited}/take-back/                door back back back home home door back
/sessions_app/session/{pool}/take/                       door back back home home 200  door 200
/sessions_app/session/{edited}/take/                     door back back back home home door back
/sessions_app/session/{pool}/assign-editor/              door 200  200  home home back door back
/sessions_app/session/{ready}/assign-editor/             door 200  200  back home home door back
/sessions_app/session/{completed}/assign-editor/         door back back back home home door back
/sessions_app/session/{edited}/mark-ready/               door 200  200  back home home door 200
/sessions_app/session/{ready}/mark-ready/                door back back back home home door back
/sessions_app/session/{edited}/change-editing-days/      door back back back home home door 200
/sessions_app/session/{ready}/change-editing-days/       door back back back home home door back
/sessions_app/session/{edited}/release-editor/           door 200  200  back home home door 200
/sessions_app/session/{ready}/release-editor/            door back back back home home door back
/sessions_app/session/{ready}/rework/                    door 200  200  back home home door back
/sessions_app/session/{edited}/rework/                   door back back back home home door back

/sessions_app/timeoff/                                   door 200  200  200  200  200  door 200
/sessions_app/timeoff/add/                               door 200  200  200  200  200  door 200
/sessions_app/timeoff/{time_off}/                        door back back back back back door back
/sessions_app/timeoff/{time_off}/change/                 door 200  200  200  home home door home
/sessions_app/timeoff/{time_off}/history/                door 200  200  200  home home door home
/sessions_app/timeoff/{time_off}/delete/                 door 403  403  403  403  403  door 403
/sessions_app/timeoff/{time_off}/withdraw/               door 200  200  200  home home door home

/sessions_app/maintenance/                               door 200  200  403  403  403  door 403
/sessions_app/maintenance/add/                           door 200  403  403  403  403  door 403
/sessions_app/maintenance/{maintenance}/                 door back back back back back door back
/sessions_app/maintenance/{maintenance}/change/          door 200  200  403  403  403  door 403
/sessions_app/maintenance/{maintenance}/history/         door 200  200  403  403  403  door 403
/sessions_app/maintenance/{maintenance}/delete/          door 403  403  403  403  403  door 403
/sessions_app/maintenance/{maintenance}/withdraw/        door 200  back 403  403  403  door 403
/sessions_app/maintenance/{repairs}/withdraw/            door back back 403  403  403  door 403

/sessions_app/line/                                      door 200  200  200  200  200  door 200
/sessions_app/line/add/                                  door 403  403  403  403  403  door 403
/sessions_app/line/{line}/                               door back back back back back door back
/sessions_app/line/{line}/change/                        door 200  200  200  home home door home
/sessions_app/line/{line}/history/                       door 200  200  200  home home door home
/sessions_app/line/{line}/delete/                        door 403  403  403  403  403  door 403
/sessions_app/line/{line}/quantity/                      door 200  200  back home home door home
/sessions_app/line/{line}/delivered/                     door 200  200  back home home door home
/sessions_app/line/{line}/remove/                        door 200  200  back home home door home

/sessions_app/payment/                                   door 200  200  403  403  403  door 403
/sessions_app/payment/add/                               door 403  403  403  403  403  door 403
/sessions_app/payment/{slip}/                            door back back back back back door back
/sessions_app/payment/{slip}/change/                     door 200  200  403  403  403  door 403
/sessions_app/payment/{slip}/history/                    door 200  200  home home home door home
/sessions_app/payment/{slip}/delete/                     door 403  403  403  403  403  door 403
/sessions_app/payment/{slip}/verify/                     door 200  200  home home home door home
/sessions_app/payment/{refund}/verify/                   door 200  200  home home home door home
/sessions_app/payment/{payment}/verify/                  door back back home home home door home
/sessions_app/payment/{slip}/void/                       door 200  200  home home home door home
/sessions_app/payment/{payment}/void/                    door 200  200  home home home door home

/sessions_app/assignment/                                door 200  200  200  200  200  door 200
/sessions_app/assignment/add/                            door 403  403  403  403  403  door 403
/sessions_app/assignment/{assignment}/                   door back back back back back door back
/sessions_app/assignment/{assignment}/change/            door 200  200  200  home home door home
/sessions_app/assignment/{assignment}/history/           door 200  200  200  home home door home
/sessions_app/assignment/{assignment}/delete/            door 403  403  403  403  403  door 403
/sessions_app/assignment/{assignment}/change-coverage/   door 200  200  back home home door home
/sessions_app/assignment/{assignment}/reassign/          door 200  200  back home home door home
/sessions_app/assignment/{assignment}/release/           door 200  200  back home home door home
/sessions_app/assignment/{assignment}/mark/              door back back back home home door home
/sessions_app/assignment/{due_part}/mark/                door 200  200  200  home home door home
/sessions_app/assignment/{seconds_part}/mark/            door 200  200  back home home door home
/sessions_app/assignment/{edited_part}/mark/             door 200  200  200  home home door back
/sessions_app/assignment/{marked_part}/mark/             door 200  200  200  home back door back
/sessions_app/assignment/{marked_part}/reassign/         door back back back home back door back
/sessions_app/assignment/{edited_part}/release/          door 200  200  back home home door back
"""

_PAGES_OF_ALL = ("Today", "Agenda")
_OFFICE = (
    *("Today", "Agenda", "Are you free?", "Editing queue"),
    *("Sessions", "Clients", "Time off", "E-mails"),
    *("Packages", "Items", "Rooms", "Maintenance"),
)
MENUS = {
    "admin": (
        *_OFFICE,
        *("People", "Invitations", "Roles", "Studio settings", "Audit trail", "Job runs"),
    ),
    "coordinator": _OFFICE,
    "covering": (*_PAGES_OF_ALL, "Sessions", "Time off"),
    "other": (*_PAGES_OF_ALL, "Sessions", "Time off"),
    "editor": (*_PAGES_OF_ALL, "Editing queue", "Sessions", "Time off"),
    "editing": (*_PAGES_OF_ALL, "Editing queue", "Sessions", "Time off"),
}
"""What the menu offers, from top to bottom."""

LINES = [line for line in PAGES.splitlines() if line]
