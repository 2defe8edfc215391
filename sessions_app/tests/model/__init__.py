"""A small pure model of the studio's rules, for the random walks to be judged by."""

from sessions_app.tests.model.facts import EDITORS, LIFE, PEOPLE, PHOTOGRAPHERS, STATES, Session
from sessions_app.tests.model.life import Studio

__all__ = ["EDITORS", "LIFE", "PEOPLE", "PHOTOGRAPHERS", "STATES", "Session", "Studio"]
