"""What was published when tickets were sold: from then on no rule of privacy is loosened, by nobody (R-15, R-72).

It is kept in the signed record beside the key (``kiosk.closing.bound``), so that editing the event's file does not
reach it. An event that is armed without having been published is published by that.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit
from kiosk.closing.bound import Bound, BoundUnusable, bound_alone, read_bound, write_bound
from kiosk.closing.state import EventState, WrongState, read_state
from kiosk.config.event import EventConfig
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.domain.place_rules import PlaceProfile


class NotBoundYet(Exception):
    """Nothing signed says what the event is: it cannot be published."""


class WouldLoosen(Exception):
    """The event's file is looser than what was published before; ``sentences`` say in what."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("; ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class Policy:
    """``manual_lanes``: ids of the gate groups that have one. ``grace_h``, ``hold_h``: hours, 0: nothing is held.
    ``chip_portrait``: officers may see the document's portrait; records from before that was a setting do not say so.
    """

    profiles: tuple[str, ...]
    face: bool
    manual_lanes: tuple[str, ...]
    grace_h: float
    hold_h: float
    chip_portrait: bool = False

    @classmethod
    def of(cls, event: EventConfig) -> Policy:
        return cls(
            tuple(sorted(profile.value for profile in event.profiles)),
            event.face.enabled,
            tuple(sorted(group.id for group in event.gate_groups if group.manual.officers)),
            event.retention.grace_h,
            event.hold.max_h if event.hold.allowed else 0.0,
            event.desk.chip_portrait,
        )

    def as_text(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


def policy_in(bound: Bound | None) -> Policy | None:
    """What was published, or None. Raises ValueError for a record that says it in no way we know."""
    if bound is None or not bound.published:
        return None
    try:
        raw: dict[str, Any] = json.loads(bound.published)
        lanes, profiles = map(str, raw["manual_lanes"]), map(str, raw["profiles"])
        hours, seen = (float(raw["grace_h"]), float(raw["hold_h"])), raw.get("chip_portrait") is True
        return Policy(tuple(profiles), raw["face"] is True, tuple(lanes), *hours, seen)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError from error


def loosened(published: Policy, event: EventConfig) -> Iterator[tuple[str, str]]:
    """(setting, sentence) for every rule that would be looser than what was published."""
    now = Policy.of(event)
    base = {PlaceProfile.GENERIC.value}
    if not set(published.profiles) <= set(now.profiles) | base:
        yield "profiles", "must keep every profile that was published"
    if now.face and not published.face:
        yield "face.enabled", "must stay false: no face lane was published when tickets were sold"
    groups = {group.id for group in event.gate_groups}
    for lane in published.manual_lanes:
        if lane in groups and lane not in now.manual_lanes:
            yield "gate_groups", f"must keep the manual lane of {lane}, which was published"
    if now.grace_h > published.grace_h:
        yield "retention.grace_h", f"must not be longer than {published.grace_h:g}, which was published"
    if now.hold_h > published.hold_h:
        yield "hold", "must allow no more than was published"
    if now.chip_portrait and not published.chip_portrait:
        yield "desk.chip_portrait", "must stay false: nobody was told that officers would see portraits"


def publish(place: EventPlace, by: str, audit: Audit) -> Policy:
    """Fix what the event's file says of privacy now. Again is fine: it only gets stricter.

    Raises WrongState, WouldLoosen, NotBoundYet, BoundUnusable, ConfigFaults, AuditUnavailable, KeyFileUnusable,
    OSError.
    """
    state = read_state(place.state_file)
    if state not in {EventState.DRAFT, EventState.ARMED, EventState.OPEN}:
        raise WrongState(state)
    event = load_event(place.event_file)
    with bound_alone(place):
        bound = read_bound(place)
        if bound is None:
            raise NotBoundYet
        before, policy = _policy_in(bound), Policy.of(event)
        looser = [f"{key} {sentence}" for key, sentence in loosened(before, event)] if before else []
        if looser:
            raise WouldLoosen(looser)
        if policy != before:
            audit.write(Kind.EVENT_PUBLISHED, by, place.event_id, success=True)
            write_bound(place, replace(bound, published=policy.as_text()))
    return policy


def loosened_since_published(place: EventPlace, event: EventConfig) -> list[tuple[str, str]]:
    """As ``loosened``; nothing where nothing was published. A record that cannot be used is said elsewhere."""
    try:
        published = _policy_in(read_bound(place))
    except BoundUnusable:
        return []
    return list(loosened(published, event)) if published else []


def _policy_in(bound: Bound | None) -> Policy | None:
    try:
        return policy_in(bound)
    except ValueError:
        raise BoundUnusable("damaged") from None
