"""Every address of the product."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from config import public
from config.api.errors import not_found

Route = URLPattern | URLResolver

health: list[Route] = [
    path("health", public.HealthView.as_view(), name="health"),
    path("health/ready", public.ReadinessView.as_view(), name="ready"),
]

api: list[Route] = [
    path("", include("users.api.urls")),
    path("", include("clients.api.urls")),
    path("", include("catalog.api.urls")),
    path("", include("sessions_app.api.urls")),
    path("", include("notifications.api.urls")),
    path("enums", public.EnumsView.as_view(), name="enums"),
    path("config/business-rules", public.BusinessRulesView.as_view(), name="business-rules"),
    path("schema", public.SchemaView.as_view(), name="schema"),
    path("docs", public.documentation, name="docs"),
    *health,
]

handler400 = "config.api.errors.bad_request"
handler500 = "config.api.errors.server_error"

# Whoever knows no secret could tell of bounces that were none: without one there is no address.
mail_events: list[Route] = (
    [path("anymail/", include("anymail.urls"))] if "WEBHOOK_SECRET" in settings.ANYMAIL else []
)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", admin.site.urls),
    path("api/v1/", include(api)),
    re_path(r"^api(/|$)", not_found),
    *health,
    *mail_events,
]
