"""The back office's pages about sessions, their parts, and rooms."""

from sessions_app.admin import parts, rooms, sessions

__all__ = ["parts", "rooms", "sessions"]
