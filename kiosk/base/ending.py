"""An event's end, as the base sees it: said to all devices; who has its tickets, who told that they are gone (R-52).

``db`` is kiosk.base.cluster.connected's.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

import psycopg

from kiosk.audit.fields import actor_id
from kiosk.base import admin
from kiosk.base.errors import BaseTrouble
from kiosk.base.following import CLOSING
from kiosk.base.place import BasePlace, BaseSettings


class LostWhy(StrEnum):
    STOLEN = "stolen"
    MISSING = "missing"
    BROKEN = "broken"
    DESTROYED = "destroyed"


@dataclass(frozen=True)
class Lost:
    """Two people's word that a device will not tell any more. ``incident``: the record of it, by its id."""

    why: LostWhy
    incident: str
    by: tuple[str, str]


@dataclass(frozen=True)
class Holder:
    """A device that had tickets of the event, or was meant to. Times in UTC seconds."""

    device: str
    since_s: float
    verdict: str | None
    digest: str | None
    told_at_s: float | None
    lost_at_s: float | None
    lost_why: str | None
    incident: str | None
    lost_by: str | None
    agreed_by: str | None
    seen_at_s: float | None

    @property
    def is_in(self) -> bool:
        """Its certificate is here and says PASS; or it is known to be lost."""
        return self.verdict == "pass" or self.lost_at_s is not None


@dataclass(frozen=True)
class EventEnd:
    """Where an event is at the base."""

    event: str
    closing_at_s: float | None
    archived_at_s: float | None
    holders: tuple[Holder, ...]

    @property
    def missing(self) -> tuple[Holder, ...]:
        return tuple(holder for holder in self.holders if not holder.is_in)


def end_of(db: psycopg.Connection, event: str) -> EventEnd:
    """Raises BaseTrouble where the base does not know the event."""
    row = db.execute("SELECT closing_at, archived_at FROM venue.events WHERE event = %s", (event,)).fetchone()
    if row is None:
        raise BaseTrouble(f"This base has no event {event}.")
    holders = db.execute(
        "SELECT h.device, since, verdict, digest, told_at, lost_at, lost_why, incident, lost_by, agreed_by, "
        "max(s.seen_at) FROM venue.holders h LEFT JOIN venue.stations s USING (event, device) WHERE h.event = %s "
        "GROUP BY h.event, h.device ORDER BY h.device",
        (event,),
    ).fetchall()
    return EventEnd(event, row[0], row[1], tuple(Holder(*holder) for holder in holders))


def say_closing(db: psycopg.Connection, event: str) -> EventEnd:
    """Every device that is there hears it within moments; others when they come back. Saying it again wakes again."""
    end = end_of(db, event)
    if end.archived_at_s is not None:
        raise BaseTrouble(f"Event {event} is archived already.")
    now_s = time.time()
    with db.transaction():
        db.execute(
            "UPDATE venue.events SET closing_at = %s WHERE event = %s AND closing_at IS NULL",
            (now_s, event),
        )
        db.execute(
            "SELECT venue.note(%s, %s, NULL, NULL, NULL, NULL, NULL, NULL, %s, true)",
            (event, CLOSING, now_s),
        )
    return end_of(db, event)


def _as_id(account_or_name: str) -> str:
    """On a machine without accounts two names agree."""
    return actor_id(account_or_name).replace(".", "-").strip("-_")[:40]


def say_lost(
    db: psycopg.Connection, place: BasePlace, settings: BaseSettings, event: str, device: str, lost: Lost
) -> None:
    """The device is not waited for any more, and nobody is let in with its certificate. Raises BaseTrouble."""
    end = end_of(db, event)
    holder = next((each for each in end.holders if each.device == device), None)
    if end.closing_at_s is None:
        raise BaseTrouble(f"Event {event} is not being closed yet: cut the device off with kiosk base revoke {device}")
    if holder is None:
        raise BaseTrouble(f"{device} never had tickets of {event}.")
    if holder.verdict == "pass":
        raise BaseTrouble(f"The certificate of {device} is here: it is not lost to event {event}.")
    try:
        db.execute(
            "UPDATE venue.holders SET lost_at = %s, lost_why = %s, incident = %s, lost_by = %s, agreed_by = %s "
            "WHERE event = %s AND device = %s",
            (time.time(), lost.why.value, lost.incident, *map(_as_id, lost.by), event, device),
        )
    except (psycopg.DataError, psycopg.IntegrityError):
        raise BaseTrouble("The incident's id has letters, digits, - and _ only, at most 40.") from None
    if admin.is_enrolled(db, device):
        admin.revoke(db, place, settings, device)
