from rest_framework.routers import SimpleRouter

from catalog.api import views

router = SimpleRouter(trailing_slash=False)
router.register("items", views.ItemViewSet, basename="item")
router.register("packages", views.PackageViewSet, basename="package")
router.register("rooms", views.RoomViewSet, basename="room")
urlpatterns = router.urls
