"""What the rules of the place still miss in an event's settings (R-02, R-49, R-72, R-75). Pure."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.config.event import Duty, EventConfig, Mode
from kiosk.domain.place_rules import PlaceRules, rules_of


def broken_rules(event: EventConfig) -> Iterator[tuple[str, str]]:
    """(code, sentence) for each rule the event's settings do not keep. A rehearsal of an invented event breaks none."""
    if event.mode is Mode.REHEARSAL:
        return
    rules = rules_of(event.profiles)
    named = ", ".join(profile.value for profile in event.profiles)
    yield from _first_question(event)
    if event.face.enabled:
        yield from _face_lane(event, rules, named)
    if event.hold.allowed and not rules.hold_possible:
        yield "hold_place", f"hold.allowed must be false: {named} allows no capture to be held."
    if event.retention.grace_h > rules.most_grace_h:
        yield "grace_place", f"retention.grace_h must be at most {rules.most_grace_h:g}: {named} allows no more."
    if rules.public_safety_reference and not event.place.public_safety_reference:
        yield "public_safety", f"place.public_safety_reference is empty: {named} needs the permit or security plan."


def _first_question(event: EventConfig) -> Iterator[tuple[str, str]]:
    if event.reason.duty is Duty.UNANSWERED:
        yield "duty", 'reason.duty is empty: does a law ask for the identity check ("law"), or you ("organiser")?'


def _face_lane(event: EventConfig, rules: PlaceRules, named: str) -> Iterator[tuple[str, str]]:
    if rules.face_needs_duty and event.reason.duty is Duty.ORGANISER:
        yield (
            "face_duty",
            f"face.enabled must be false: {named} allows face checks only where a law asks for identities.",
        )
    if rules.face_needs_duty and not event.place.data_protection_sign_off:
        yield "sign_off", f"place.data_protection_sign_off is empty: {named} needs who signed off, and when."
    if rules.separate_lines and not event.place.separate_lines:
        yield "separate_lines", f"place.separate_lines must be true: {named} lets nobody who chose staff pass a camera."
