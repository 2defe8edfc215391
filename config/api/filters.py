"""Filters of lists: built of what is asked, not of all that could be."""

from __future__ import annotations

from collections import OrderedDict
from copy import copy
from functools import lru_cache
from typing import Any

from django import forms
from django_filters import rest_framework as filters


class WhereAsked(filters.DjangoFilterBackend):
    """Filters only lists that are asked to be: most are asked plainly."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        """Return what the query leaves of the list; a wrong query is a wrong form."""
        if not is_filtered(request, view):
            return queryset
        return super().filter_queryset(request, queryset, view)


def is_filtered(request: Any, view: Any) -> bool:
    """Tell whether a request asks for any of the view's filters."""
    filterset_class = getattr(view, "filterset_class", None)
    return filterset_class is not None and not filterset_class.base_filters.keys().isdisjoint(
        request.query_params
    )


class AskedFilters(filters.FilterSet):
    """Takes of its filters only those that the query asks for; their form is made once."""

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        asked = data or {}
        self.base_filters = _Shallow(
            (name, one) for name, one in type(self).base_filters.items() if name in asked
        )
        super().__init__(data, *args, **kwargs)

    def get_form_class(self) -> type[forms.Form]:
        """Return the form of the filters that are asked for."""
        return _form_class(type(self), tuple(self.filters))


class _Shallow(OrderedDict[str, filters.Filter]):
    """Filters that are copied for each request; their fields need not be: forms copy those."""

    def __deepcopy__(self, memo: dict[int, Any]) -> OrderedDict[str, filters.Filter]:
        copies = OrderedDict((name, copy(one)) for name, one in self.items())
        for one in copies.values():
            one.method = one.method  # binds a method of the set to the copy
        return copies


@lru_cache(maxsize=256)
def _form_class(kind: type[AskedFilters], names: tuple[str, ...]) -> type[forms.Form]:
    fields = {name: kind.base_filters[name].field for name in names}
    return type(f"{kind.__name__}Form", (forms.Form,), fields)
