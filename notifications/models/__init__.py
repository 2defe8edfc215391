from notifications.models.email import Email, EmailStatus
from notifications.models.notification import Notification
from notifications.models.preference import EmailPreference

__all__ = ["Email", "EmailPreference", "EmailStatus", "Notification"]
