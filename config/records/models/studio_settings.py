"""The business settings as the owner has changed them, version by version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.business_settings import BOUNDS, NAMES, PLACES, BusinessRules, as_written
from config.opening_hours import OpeningHours


def refuse_unreadable_hours(text: str) -> None:
    """Raise ValidationError, naming the part, for what is no opening hours."""
    for part in text.split(","):
        try:
            OpeningHours.parse(part)
        except ValueError:
            raise ValidationError(
                _(
                    "“%(part)s” cannot be read. Write it like “mon-fri 08:00-18:00”, with days of "
                    "mon, tue, wed, thu, fri, sat, sun; it closes after it opens."
                ),
                params={"part": part.strip()},
            ) from None


def _bounds(name: str) -> list[Any]:
    lowest, highest = BOUNDS[name]
    return [MinValueValidator(lowest), MaxValueValidator(highest)]


def _number(name: str, label: Any, says: Any) -> models.PositiveSmallIntegerField[Any, Any]:
    return models.PositiveSmallIntegerField(label, validators=_bounds(name), help_text=says)


def _percentage(name: str, label: Any, says: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(
        label, max_digits=5, decimal_places=PLACES, validators=_bounds(name), help_text=says
    )


class StudioSettings(models.Model):
    """All business settings as they are from an instant on, until the next version.

    The first version keeps what the environment said when the owner first changed something. Rows
    are only ever added: a trigger refuses UPDATE and DELETE.
    """

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the system itself."),
    )
    reason = models.TextField(_("reason"), blank=True)

    payment_deadline_days = _number(
        "payment_deadline_days",
        _("payment deadline (days)"),
        _(
            "Days to pay the deposit. It counts for sessions that are pre-scheduled from now on; "
            "a deadline that is set already stays."
        ),
    )
    changes_deadline_days = _number(
        "changes_deadline_days",
        _("changes deadline (days before)"),
        _(
            "Until how many days before the session it can be changed or cancelled at the better "
            "terms. It is frozen at confirmation: what is confirmed already keeps its own."
        ),
    )
    request_hold_days = _number(
        "request_hold_days",
        _("a request is stale after (days)"),
        _(
            "After so many days without a touch, a session in Request or Negotiation is called to "
            "attention. It counts at once; none is cancelled by it, and none loses its time."
        ),
    )
    default_deposit_percentage = _percentage(
        "default_deposit_percentage",
        _("deposit (%)"),
        _(
            "Part of the total that new sessions start with. To ask for less from now on needs an "
            "override by an admin; sessions that exist keep their percentage."
        ),
    )
    max_discount_percentage = _percentage(
        "max_discount_percentage",
        _("highest discount (%)"),
        _(
            "More of the subtotal needs an override by an admin. It counts when a discount or an "
            "order changes from now on; discounts that were given stay as they are."
        ),
    )
    requires_full_payment = models.BooleanField(
        _("delivered only when all is paid"),
        help_text=_(
            "It counts at once for every session that is not completed yet; what is completed "
            "stays so. An admin can override it."
        ),
    )
    refund_within_deadline = _percentage(
        "refund_within_deadline",
        _("the client cancels in time (%)"),
        _(
            "Part of what was paid that the client gets back until the changes deadline. It is "
            "frozen at confirmation: what is confirmed already keeps its own."
        ),
    )
    refund_after_deadline = _percentage(
        "refund_after_deadline",
        _("the client cancels later (%)"),
        _(
            "The same after the changes deadline, while the team is not complete. It is frozen at "
            "confirmation: what is confirmed already keeps its own."
        ),
    )
    refund_client_after_assigned = _percentage(
        "refund_client_after_assigned",
        _("the client cancels once assigned (%)"),
        _(
            "The same once the team is complete. It is frozen at confirmation: what is confirmed "
            "already keeps its own."
        ),
    )
    refund_force_majeure = _percentage(
        "refund_force_majeure",
        _("force majeure after the deadline (%)"),
        _(
            "The same when neither side is to blame, after the changes deadline and without a "
            "complete team. It is frozen at confirmation: what is confirmed already keeps its own."
        ),
    )
    remote_transportation_cost = models.DecimalField(
        _("transportation to remote places"),
        max_digits=10,
        decimal_places=PLACES,
        validators=_bounds("remote_transportation_cost"),
        help_text=_(
            "The amount that forms suggest from now on. It is added by hand: no session's amounts "
            "change by it."
        ),
    )
    travel_minutes = _number(
        "travel_minutes",
        _("on the road, each way (minutes)"),
        _(
            "Time around an External session for which a photographer is taken. It counts for who "
            "is assigned from now on, and at once when free photographers are counted; times that "
            "were agreed with who is assigned already stay."
        ),
    )
    room_turnaround_minutes = _number(
        "room_turnaround_minutes",
        _("room turnaround (minutes)"),
        _(
            "How long a room stays taken after a session. It counts for sessions that are booked, "
            "moved or given another room from now on; all others keep their own."
        ),
    )
    opening_hours = models.CharField(
        _("opening hours"),
        max_length=500,
        validators=[refuse_unreadable_hours],
        help_text=_(
            "Like “mon-fri 08:00-18:00, sat 08:00-13:00”. They count at once for the times that "
            "are offered for Studio sessions; booking outside of them stays possible, with a "
            "notice, and nothing that is booked is moved."
        ),
    )
    default_editing_days = _number(
        "default_editing_days",
        _("editing (days)"),
        _(
            "Where no package says otherwise. It counts for new sessions, and for those not yet "
            "Assigned once their order or amounts change or they are reopened; a delivery date "
            "that is set already stays."
        ),
    )
    max_concurrent_editing_sessions = _number(
        "max_concurrent_editing_sessions",
        _("in editing at once, per editor"),
        _(
            "It counts whenever an editor takes or is given a session from now on; nobody loses "
            "what they have."
        ),
    )

    class Meta:
        verbose_name = _("studio settings")
        verbose_name_plural = _("studio settings")
        ordering = ["-id"]
        default_permissions = ()
        constraints = [
            *(
                models.CheckConstraint(
                    condition=models.Q((f"{name}__gte", lowest), (f"{name}__lte", highest)),
                    name=f"settings_{name}_in_bounds",
                )
                for name, (lowest, highest) in BOUNDS.items()
            ),
            models.CheckConstraint(
                condition=~models.Q(opening_hours=""), name="settings_opening_hours_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Version %(number)d") % {"number": self.pk})

    @property
    def values(self) -> dict[str, Any]:
        """Every setting by its name, as its column holds it."""
        return {name: getattr(self, name) for name in NAMES}


def rules_of(values: Mapping[str, Any]) -> BusinessRules:
    """Return the rules that columns hold."""
    return BusinessRules(**{**values, "opening_hours": OpeningHours.parse(values["opening_hours"])})


def columns_of(rules: BusinessRules) -> dict[str, Any]:
    """Return rules as columns hold them: the other way round of `rules_of`."""
    values = {name: getattr(rules, name) for name in NAMES}
    return values | {"opening_hours": as_written(rules.opening_hours)}
