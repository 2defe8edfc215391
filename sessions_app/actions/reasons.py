"""What may not be done without saying why (rules, sections 2 to 5)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from config.errors import ValidationFailed


def require_reason(reason: str) -> None:
    """Raise ValidationFailed (`reason`) where none is given."""
    if not reason.strip():
        raise ValidationFailed({"reason": _("A reason is needed for this.")})
