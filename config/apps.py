from django.contrib.admin.apps import AdminConfig


class StudioAdminConfig(AdminConfig):
    """The back office in place of Django's own admin site."""

    default_site = "config.admin_site.StudioAdminSite"
