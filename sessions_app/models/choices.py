"""What a session's columns may say."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SessionType(models.TextChoices):
    """Where a session takes place."""

    STUDIO = "Studio", _("Studio")
    EXTERNAL = "External", _("External")


class DeliveryMethod(models.TextChoices):
    """How the material reaches the client."""

    DIGITAL = "Digital", _("Digital")
    PHYSICAL = "Physical", _("Physical")
    BOTH = "Both", _("Both")


class Initiator(models.TextChoices):
    """On whose side the cause of a cancellation lies."""

    CLIENT = "Client", _("Client")
    STUDIO = "Studio", _("Studio")
    FORCE_MAJEURE = "Force Majeure", _("Force majeure")
    SYSTEM = "System", _("System")


class CancellationCategory(models.TextChoices):
    """Why a session was cancelled, for the reports."""

    NO_ROOM = "no_room", _("no room")
    NO_PHOTOGRAPHER = "no_photographer", _("no photographer")
    PRICE = "price", _("price")
    NO_ANSWER = "no_answer", _("no answer")
    CHANGED_MIND = "changed_mind", _("client changed their mind")
    WEATHER = "weather", _("weather")
    STUDIO = "studio", _("studio")
    OTHER = "other", _("other")


class PaymentType(models.TextChoices):
    """What a payment is for."""

    DEPOSIT = "Deposit", _("Deposit")
    PARTIAL = "Partial", _("Partial")
    BALANCE = "Balance", _("Balance")
    REFUND = "Refund", _("Refund")


class PaymentStatus(models.TextChoices):
    """Only *Verified* payments count."""

    PENDING = "Pending", _("Pending")
    VERIFIED = "Verified", _("Verified")
    REJECTED = "Rejected", _("Rejected")
