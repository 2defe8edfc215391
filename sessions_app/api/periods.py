"""Periods as they are asked for: days of the studio, or instants."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.clock import end_of, start_of
from sessions_app.policy.periods import Period

LONGEST = timedelta(days=366)
FIRST_YEAR, LAST_YEAR = 2000, 2200
MOMENT = {"type": "string", "description": "A day of the studio, or an instant (ISO 8601)."}


@extend_schema_field(MOMENT)
class MomentField(serializers.Field[datetime, str, str, Any]):
    """A day of the studio or an instant; a day that ends something is included in it."""

    def __init__(self, *, is_end: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._is_end = is_end
        self._day = serializers.DateField()
        self._instant = serializers.DateTimeField()

    def to_internal_value(self, data: Any) -> datetime:
        """Return the instant that is meant."""
        if not isinstance(data, str):
            raise serializers.ValidationError(_("A day or an instant, please."))
        try:
            day: date = self._day.to_internal_value(data)
        except serializers.ValidationError:
            found = self._instant.to_internal_value(data)
        else:
            self._refuse_far(day.year)
            found = end_of(day) if self._is_end else start_of(day)
        self._refuse_far(found.year)
        return found

    def _refuse_far(self, year: int) -> None:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise serializers.ValidationError(_("This is too far away."))

    def to_representation(self, value: datetime) -> str:
        """Return an instant as it is on the wire."""
        return value.isoformat()


class FromTo(serializers.Serializer[Any]):
    """A period, `from` until `to`; days are whole."""

    longest: ClassVar[timedelta | None] = LONGEST
    to = MomentField(is_end=True)

    def get_fields(self) -> dict[str, Any]:
        """Name the field that no line of Python can name."""
        return {"from": MomentField(), **super().get_fields()}

    def validate(self, form: dict[str, Any]) -> dict[str, Any]:
        """Return the period, and what else was asked."""
        starts_at, ends_at = form.pop("from"), form.pop("to")
        if ends_at <= starts_at:
            raise serializers.ValidationError({"to": _("It must end after it begins.")})
        if self.longest is not None and ends_at - starts_at > self.longest:
            most = {"days": self.longest.days}
            raise serializers.ValidationError({"to": _("%(days)d days at most.") % most})
        return {**form, "period": Period(starts_at, ends_at)}
