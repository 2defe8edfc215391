from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "notifications"
    verbose_name = _("Messages")

    def ready(self) -> None:
        """Register the job that sends, and listen to what the mail provider tells."""
        from notifications import jobs, tracking

        jobs.register()
        tracking.listen()
