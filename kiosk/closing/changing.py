"""Changing an event's settings after it was made: by command, with a record, and bound anew (R-49).

A later end of an event that holds tickets is a longer retention: it takes the two approvals of an extension. Whether an
event is a rehearsal never changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit
from kiosk.closing.bound import (
    Bound,
    BoundUnusable,
    Terms,
    bound_alone,
    bound_of,
    is_missed,
    read_bound,
    with_store,
    write_bound,
)
from kiosk.closing.deadline import NOT_BOUND
from kiosk.closing.publishing import loosened_since_published
from kiosk.closing.state import EventState, WrongState, move, read_state, write_whole
from kiosk.config.event import EventConfig
from kiosk.config.faults import ConfigFault, ConfigFaults
from kiosk.config.load import parse_event, read_text
from kiosk.config.places import EventPlace
from kiosk.ledger.numbers import count_tickets


class ChangedMeanwhile(Exception):
    """Since the change was planned it became one to a later end, to which nobody agreed."""


class StoreMissed(Exception):
    """The event's tickets are not where they were: moved away, or fewer than were bound."""


class LooserThanPublished(ConfigFaults):
    """A rule of privacy would be looser than it was published; the faults say which."""


@dataclass(frozen=True)
class Change:
    """``codes``: of what becomes different; empty where only words do. ``later``: the event would end later than bound,
    and has tickets.
    """

    text: str
    event: EventConfig
    bound: Bound
    codes: tuple[str, ...]
    later: bool


def planned(place: EventPlace, event_file: Path) -> Change:
    """What taking ``event_file`` (which may be the event's own) would change; nothing is.

    An event without its store is not changed: how many tickets it holds could not be told. Raises WrongState,
    ConfigFaults, LedgerUnavailable, StoreMissed, OSError.
    """
    return planned_text(place, read_text(event_file), str(event_file))


def planned_text(place: EventPlace, text: str, name: str) -> Change:
    """As ``planned``, of an event file's text; ``name`` stands for the file in faults."""
    state = read_state(place.state_file)
    if state not in {EventState.DRAFT, EventState.ARMED, EventState.OPEN}:
        raise WrongState(state)
    event = parse_event(text, name)
    if event.id != place.event_id:
        raise ConfigFaults([ConfigFault(name, "id", f"must stay {place.event_id}")])
    looser = loosened_since_published(place, event)
    if looser:
        raise LooserThanPublished([ConfigFault(name, key, sentence) for key, sentence in looser])
    counts = count_tickets(place.ledger_file) if place.ledger_file.exists() else None
    try:
        bound = read_bound(place)
        codes = (NOT_BOUND,) if bound is None else bound.terms.differences(Terms.of(event))
    except BoundUnusable as unusable:
        bound, codes = None, (f"bound_{unusable.code}",)
    if "mode" in codes:
        raise ConfigFaults([ConfigFault(name, "mode", "cannot be changed: create another event")])
    held = bound.tickets if bound else 0
    if counts is None or is_missed(place, held, counts):
        raise StoreMissed
    tickets = max(counts["tickets"], held)
    became = replace(bound or bound_of(place, event), terms=Terms.of(event))
    became = replace(became, **with_store(became, place, tickets))
    unsure = bound is None  # when it was to end nobody can say: as if it were sooner
    return Change(text, event, became, codes, bool(tickets) and (unsure or became.at_s > (bound or became).at_s))


def change_event(place: EventPlace, change: Change, by: str, audit: Audit, reason: str = "") -> None:
    """Do it; what cannot be recorded is not done. An armed event becomes a draft again, an open one stays open.

    ``reason``: in words, of which the log keeps that one was given; empty only of an event that nobody published.
    Extensions and tickets since it was planned stay. Raises ChangedMeanwhile, AuditUnavailable, KeyFileUnusable,
    OSError.
    """
    code = ".".join(change.codes) or "words"
    with bound_alone(place):
        bound = _as_it_is_now(place, change)
        why = {"reason": reason} if reason else {}
        audit.write(Kind.EVENT_CHANGED, by, place.event_id, success=True, code=code, **why)
        write_bound(place, bound)
    write_whole(place.event_file, change.text)
    if read_state(place.state_file) is EventState.ARMED:
        move(place.state_file, EventState.DRAFT)


def _as_it_is_now(place: EventPlace, change: Change) -> Bound:
    """The record of this moment with the change's terms. Raises ChangedMeanwhile."""
    try:
        now = read_bound(place)
    except BoundUnusable:
        now = None
    if now is None:
        return change.bound
    became = replace(now, terms=change.bound.terms, **with_store(now, place, change.bound.tickets))
    if not change.later and became.tickets and became.at_s > now.at_s:
        raise ChangedMeanwhile
    return became
