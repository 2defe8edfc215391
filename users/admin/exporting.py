"""Taking a list along: exactly the columns that the person sees, with a name on it."""

from __future__ import annotations

import csv
from datetime import datetime
from html import unescape
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from config.clock import now, studio_day
from config.records.audit import record
from users.admin.actor import actor_of, person_of

ROWS_AT_MOST = 5000
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run instead of showing it."""


class Exports:
    """Offers the chosen rows of a list as a table; exports are audited (rules, section 1)."""

    @admin.action(description=_("Export as CSV"))
    def export_rows(self, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse:
        """Answer the chosen rows, as many as one file may hold, with the columns of the list."""
        page: Any = self
        names = [name for name in page.get_list_display(request) if name != "action_checkbox"]
        model = page.model
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        day = studio_day(now())
        answer["Content-Disposition"] = (
            f'attachment; filename="{model._meta.model_name}-{day:%Y-%m-%d}.csv"'
        )
        answer.write("\ufeff")  # without it spreadsheets take the file for another encoding
        table = csv.writer(answer)
        table.writerow(str(label_for_field(name, model, page)).capitalize() for name in names)
        chosen = rows[:ROWS_AT_MOST]
        for row in chosen:
            table.writerow(_cell(lookup_field(name, row, page)[2]) for name in names)
        record(
            f"{model._meta.model_name}.exported",
            person_of(request),
            actor=actor_of(request),
            at=now(),
            changes={"rows": len(chosen), "columns": names},
        )
        return answer


def _cell(value: Any) -> str:
    """Return a value as a cell that is only read."""
    if isinstance(value, tuple):  # a label: its colour's name, and its text
        value = value[1]
    if isinstance(value, datetime):
        value = localtime(value).strftime("%Y-%m-%d %H:%M")
    text = "" if value is None else str(value)
    if isinstance(value, SafeString):
        text = unescape(strip_tags(text))
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    return f"'{text}" if text.startswith(FORMULAS) else text
