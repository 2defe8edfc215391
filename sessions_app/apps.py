from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    name = "sessions_app"
    verbose_name = _("Sessions")

    def ready(self) -> None:
        """Register with the lower apps: object rules, what depends on whom, messages, jobs."""
        from sessions_app import dependents, jobs, messages, rules

        rules.register()
        dependents.register()
        messages.register()
        jobs.register()
