"""What a password must be (contract, section 1)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class CharacterClassesValidator:
    """Asks for an upper-case and a lower-case letter, a digit and a special character."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError that says which kinds are missing."""
        missing = [
            name
            for name, present in (
                (_("an upper-case letter"), any(c.isupper() for c in password)),
                (_("a lower-case letter"), any(c.islower() for c in password)),
                (_("a digit"), any(c.isdigit() for c in password)),
                (_("a special character"), any(not c.isalnum() for c in password)),
            )
            if not present
        ]
        if missing:
            raise ValidationError(
                _("The password needs %(missing)s.") % {"missing": ", ".join(missing)},
                code="password_character_classes",
            )

    def get_help_text(self) -> str:
        """Return the rule in a sentence."""
        return _(
            "Your password needs an upper-case and a lower-case letter, a digit and a special "
            "character."
        )
