"""The back office's pages about messages."""

from notifications.admin import own

__all__ = ["own"]
