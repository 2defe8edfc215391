"""The back office's pages about sessions, their parts, the agenda, rooms and clients."""

from sessions_app.admin import blocks, clients, members, parts, payments, rooms, sessions

__all__ = ["blocks", "clients", "members", "parts", "payments", "rooms", "sessions"]
