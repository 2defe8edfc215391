"""What serializers of every app share (contract, section 0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model
    from rest_framework.serializers import BaseSerializer, Serializer

    _Base = Serializer[Any]
else:
    _Base = object


class NullIsAbsent(_Base):
    """Takes `null` for an optional field that cannot be empty as if it had not been sent.

    So it gets its default when something is made and stays as it is when something is changed; for
    a required field `null` is a wrong form.
    """

    def to_internal_value(self, data: Any) -> Any:
        """Check the form without the nulls that say nothing."""
        return super().to_internal_value(
            {name: value for name, value in data.items() if not self._says_nothing(name, value)}
            if isinstance(data, dict)
            else data
        )

    def _says_nothing(self, name: str, value: Any) -> bool:
        field = self.fields.get(name)
        return value is None and field is not None and not (field.required or field.allow_null)


def checked(
    form_class: type[BaseSerializer[Any]],
    data: Any,
    instance: Model | None = None,
) -> dict[str, Any]:
    """Return the valid form; about an instance, only what was sent. Raises ValidationError."""
    form = form_class(instance, data=data, partial=instance is not None)
    form.is_valid(raise_exception=True)
    values: dict[str, Any] = dict(form.validated_data)
    return values
