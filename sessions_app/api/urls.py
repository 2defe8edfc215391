from rest_framework.routers import SimpleRouter

from config.api.ids import ID
from sessions_app.api.lines import LineViewSet
from sessions_app.api.rooms import RoomServiceViewSet
from sessions_app.api.team import TeamViewSet
from sessions_app.api.views import SessionViewSet

OF_SESSION = rf"sessions/(?P<session_pk>{ID})"

router = SimpleRouter(trailing_slash=False)
router.register("sessions", SessionViewSet, basename="session")
router.register(rf"{OF_SESSION}/details", LineViewSet, basename="session-line")
router.register(rf"{OF_SESSION}/photographers", TeamViewSet, basename="session-photographer")
router.register("rooms", RoomServiceViewSet, basename="room-service")
urlpatterns = router.urls
