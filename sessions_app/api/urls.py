from django.urls import path
from rest_framework.routers import SimpleRouter

from config.api.ids import ID
from sessions_app.api.agenda import AgendaView, TimeOffViewSet
from sessions_app.api.availability import AvailabilityView, SlotsView
from sessions_app.api.cancelling import CancellationViewSet
from sessions_app.api.dashboard import DashboardView
from sessions_app.api.editing import EditingViewSet
from sessions_app.api.editing_queue import EditingQueueViewSet
from sessions_app.api.lines import LineViewSet
from sessions_app.api.own_work import OwnWorkViewSet
from sessions_app.api.payments import PaymentViewSet
from sessions_app.api.photographers import PhotographersCornerViewSet
from sessions_app.api.rooms import RoomServiceViewSet
from sessions_app.api.team import TeamViewSet
from sessions_app.api.views import SessionViewSet

OF_SESSION = rf"sessions/(?P<session_id>{ID})"

router = SimpleRouter(trailing_slash=False)
router.register("sessions", SessionViewSet, basename="session")
router.register(rf"{OF_SESSION}/details", LineViewSet, basename="session-line")
router.register(rf"{OF_SESSION}/photographers", TeamViewSet, basename="session-photographer")
router.register(rf"{OF_SESSION}/payments", PaymentViewSet, basename="session-payment")
router.register("sessions", CancellationViewSet, basename="session-cancellation")
router.register("sessions", EditingViewSet, basename="session-editing")
router.register("sessions", OwnWorkViewSet, basename="session-own")
router.register("rooms", RoomServiceViewSet, basename="room-service")
router.register("photographers", PhotographersCornerViewSet, basename="photographer")
router.register("editing", EditingQueueViewSet, basename="editing")
router.register("time-off", TimeOffViewSet, basename="time-off")
urlpatterns = [
    path("dashboard/stats", DashboardView.as_view()),
    path("availability", AvailabilityView.as_view()),
    path("availability/slots", SlotsView.as_view()),
    path("agenda", AgendaView.as_view()),
    *router.urls,
]
