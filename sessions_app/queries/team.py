"""Who could photograph a session: free people first, the others with the reason (section 3)."""

from __future__ import annotations

from dataclasses import dataclass

from sessions_app.models import AssignmentStatus, Claim, Session
from sessions_app.queries.conflicts import described, in_words, overlapping
from sessions_app.queries.staffing import photographers, usual_coverage
from users.models import User


@dataclass(frozen=True)
class Candidate:
    """A photographer who is not on the session's team; with a reason, one who is taken."""

    id: int
    name: str
    reason: str

    @property
    def is_free(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.reason


def candidates(session: Session, viewer: User) -> list[Candidate]:
    """Return everyone who could be assigned to a session at its usual coverage, free ones first.

    What takes the others is told as far as the viewer may see it. Without a time all are free.
    """
    team = session.assignments.filter(status=AssignmentStatus.ASSIGNED).values("photographer")
    people = list(photographers().exclude(pk__in=team).order_by("full_name", "pk"))
    coverage = usual_coverage(session)
    taken: dict[int, list[str]] = {}
    if coverage is not None:
        busy = list(
            Claim.objects.filter(overlapping(coverage), person__in=people, active=True)
            .select_related("session")
            .order_by("starts_at", "id")
        )
        for claim, fact in zip(busy, described(busy, viewer), strict=True):
            taken.setdefault(claim.person_id or 0, []).append(in_words(fact))
    found = [Candidate(one.pk, one.full_name, "; ".join(taken.get(one.pk, ()))) for one in people]
    return sorted(found, key=lambda one: not one.is_free)
