from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SessionsConfig(AppConfig):
    name = "sessions_app"
    verbose_name = _("Sessions")

    def ready(self) -> None:
        """Tell the lower apps what they must ask: object rules, and what depends on whom."""
        from sessions_app import dependents, rules

        rules.register()
        dependents.register()
