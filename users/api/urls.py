from django.urls import path
from rest_framework.routers import SimpleRouter

from users.api import auth, me
from users.api.invitations import InvitationCheckViewSet, InvitationViewSet
from users.api.people import PeopleViewSet
from users.api.roles import PermissionViewSet, RoleViewSet

router = SimpleRouter(trailing_slash=False)
router.register("users", PeopleViewSet, basename="user")
router.register("roles", RoleViewSet, basename="role")
router.register("permissions", PermissionViewSet, basename="permission")
router.register("invitations/validate", InvitationCheckViewSet, basename="invitation-check")
router.register("invitations", InvitationViewSet, basename="invitation")

urlpatterns = [
    path("auth/login", auth.LoginView.as_view()),
    path("auth/refresh", auth.RefreshView.as_view()),
    path("auth/logout", auth.LogoutView.as_view()),
    path("auth/register", auth.RegisterView.as_view()),
    path("auth/password/forgot", auth.ForgottenView.as_view()),
    path("auth/password/reset", auth.ResetView.as_view()),
    path("users/me", me.MeView.as_view()),
    path("users/me/permissions", me.MyPermissionsView.as_view()),
    *router.urls,
]
