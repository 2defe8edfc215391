"""The back office's pages about sessions, their parts, the agenda, rooms and clients."""

from notifications.admin import session_pages
from sessions_app.admin import blocks, clients, members, parts, payments, rooms, sessions, told

__all__ = ["blocks", "clients", "members", "parts", "payments", "rooms", "sessions"]

session_pages.register(told.pages_of)
