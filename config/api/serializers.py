"""What serializers of every app share (contract, section 0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rest_framework.serializers import Serializer

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
