"""The back office's pages about sessions, their parts, and rooms."""

from sessions_app.admin import members, parts, payments, rooms, sessions

__all__ = ["members", "parts", "payments", "rooms", "sessions"]
