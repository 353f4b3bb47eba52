"""What somebody stands for before an event is armed: its impact assessment, and that the signs are up (R-70, R-74).

A statement names who made it, when, and which settings it is about; with other settings it is void. Statements lie in
the signed record beside the key, so that editing the event's folder makes none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Value
from kiosk.audit.port import Audit
from kiosk.closing.bound import Bound, BoundUnusable, bound_alone, read_bound, write_bound
from kiosk.closing.publishing import NotBoundYet
from kiosk.closing.state import EventState, WrongState, read_state
from kiosk.config.assets import asset
from kiosk.config.event import EventConfig
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.face.card import CARD

_ASSESSED = {
    "id",
    "mode",
    "profiles",
    "reason",
    "place",
    "gate_groups",
    "face",
    "notice",
    "allowed",
    "retention",
    "hold",
}
_SIGNED = {"id", "name", "languages", "gate_groups", "staff_desk", "notice", "reason"}


class About(StrEnum):
    """``ASSESSMENT``: the risks were weighed in writing. ``SIGNS``: at each camera and entrance."""

    ASSESSMENT = "assessment"
    SIGNS = "signs"


@dataclass(frozen=True)
class Statement:
    """``settings``: what ``settings_of`` said when it was made. ``paper``: SHA-256 of the paper it is about, or "".

    ``at_s``: UTC seconds.
    """

    by: str
    at_s: float
    settings: str
    paper: str = ""


def settings_of(event: EventConfig, about: About) -> str:
    """SHA-256 of everything a statement rests on; the model card with its thresholds is part of the assessment's."""
    names = _ASSESSED if about is About.ASSESSMENT else _SIGNED
    said = event.model_dump(mode="json", include=names)
    card = asset(*CARD).read_bytes() if about is About.ASSESSMENT else b""
    text = json.dumps(said, sort_keys=True, ensure_ascii=True).encode("ascii")
    return hashlib.sha256(text + b"\n" + card).hexdigest()


def state(place: EventPlace, about: About, by: str, now_s: float, audit: Audit, paper: bytes = b"") -> Statement:
    """Write down that ``by`` stands for it, with the event's settings of now.

    Raises WrongState, NotBoundYet, BoundUnusable, ConfigFaults, AuditUnavailable, KeyFileUnusable, OSError.
    """
    now = read_state(place.state_file)
    if now not in {EventState.DRAFT, EventState.ARMED, EventState.OPEN}:
        raise WrongState(now)
    event = load_event(place.event_file)
    digest = hashlib.sha256(paper).hexdigest() if paper else ""
    statement = Statement(by, now_s, settings_of(event, about), digest)
    with bound_alone(place):
        bound = read_bound(place)
        if bound is None:
            raise NotBoundYet
        of_paper: dict[str, Value] = {"sha256": digest} if digest else {}
        audit.write(Kind.STATEMENT_MADE, by, place.event_id, success=True, code=about.value, **of_paper)
        kept = {**_raw(bound), about.value: asdict(statement)}
        write_bound(place, replace(bound, statements=json.dumps(kept, sort_keys=True)))
    return statement


def statements_in(bound: Bound | None) -> dict[About, Statement]:
    """What was stated, whatever the settings are now. What is in no form we know was not stated."""
    found: dict[About, Statement] = {}
    for name, raw in ({} if bound is None else _raw(bound)).items():
        try:
            statement = Statement(str(raw["by"]), float(raw["at_s"]), str(raw["settings"]), str(raw["paper"]))
            found[About(name)] = statement
        except (ValueError, KeyError, TypeError):
            continue
    return found


def stated(place: EventPlace, event: EventConfig) -> frozenset[About]:
    """What somebody stands for with the settings as they are. Raises OSError."""
    try:
        found = statements_in(read_bound(place))
    except BoundUnusable:
        return frozenset()
    return frozenset(about for about, each in found.items() if each.settings == settings_of(event, about))


def assessment_kept(place: EventPlace, event: EventConfig) -> dict[str, Any]:
    """The statement about the assessment of the settings as they are, for other machines; empty where there is none."""
    try:
        found = statements_in(read_bound(place)).get(About.ASSESSMENT)
    except BoundUnusable:
        return {}
    return asdict(found) if found is not None and found.settings == settings_of(event, About.ASSESSMENT) else {}


def keep_assessment(place: EventPlace, kept: Mapping[str, object], audit: Audit, by: str) -> None:
    """What ``assessment_kept`` gave on a machine that is believed: written down here, of the same settings. Of others
    it would be void here, too. The signs are those of this place, so nobody stands for them yet.

    Raises BoundUnusable, AuditUnavailable, KeyFileUnusable, OSError.
    """
    with bound_alone(place):
        bound = read_bound(place)
        if bound is None or not kept:
            return
        paper = str(kept.get("paper", ""))
        of_paper: dict[str, Value] = {"sha256": paper} if paper else {}
        audit.write(Kind.STATEMENT_MADE, by, place.event_id, success=True, code="assessment_received", **of_paper)
        statements = {**_raw(bound), About.ASSESSMENT.value: dict(kept)}
        write_bound(place, replace(bound, statements=json.dumps(statements, sort_keys=True)))


def _raw(bound: Bound) -> Mapping[str, Any]:
    try:
        raw = json.loads(bound.statements or "{}")
    except ValueError:
        return {}
    return raw if isinstance(raw, dict) else {}
