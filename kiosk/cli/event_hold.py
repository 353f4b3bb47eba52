"""``kiosk event hold``: captures of disputed checks: allow, forbid, count, look at one, drop one (R-47)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import actor_id
from kiosk.cli.approving import Approve, Reason, two_approvals
from kiosk.cli.asking import ask
from kiosk.cli.event_key import SecretFile, unlocker
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, AsJson, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.officer import officer_acting
from kiosk.cli.saying import BAD_USAGE, FAILED, require_display, stop
from kiosk.cli.trail import writable_log
from kiosk.closing.approval import NotApproved, reason_in_words
from kiosk.closing.bound import BoundUnusable, Terms, read_bound
from kiosk.closing.by_itself import device_of
from kiosk.closing.clock_file import ClockFile
from kiosk.closing.state import EventState, WrongState, read_state
from kiosk.config.event import EventConfig
from kiosk.config.load import load_event
from kiosk.config.places import EventPlace
from kiosk.domain.access import Action
from kiosk.holding.codes import code_of
from kiosk.holding.items import HoldRefused, drop_all
from kiosk.holding.numbers import Numbers, items, numbers_of
from kiosk.holding.permission import HoldNotAllowed, allow, forbid, is_allowed, stands
from kiosk.holding.store import HeldStore

hold_app = typer.Typer(
    help="Captures of disputed face checks: off, unless settings, a legal ground and two people allow it.",
    no_args_is_help=True,
)

Code = Annotated[str, typer.Argument(help="The person's dispute code; asked for when left out.", metavar="CODE")]

_STATES = {EventState.DRAFT, EventState.ARMED, EventState.OPEN}
_NOT_ALLOWED = {
    "not_allowed": "Event {event} holds no captures: nobody allowed it.",
    "not_in_settings": "The settings of event {event} do not provide for it: [hold] needs allowed = true and a ground.",
    "not_bound": "[hold] in the file of event {event} is not as it was bound: kiosk event change {event}.",
    "already_allowed": "Event {event} may hold captures already.",
    "damaged": "What was allowed for event {event} is damaged, or was written under another key: nothing can be held.",
}
_REFUSED = {
    "unknown": "Nothing is held under this code, or its time is over.",
    "damaged": "What is held under this code was changed, and cannot be shown. It can be dropped.",
    "not_removed": "What is held under this code could not be removed: look at the folder's permissions.",
}


@hold_app.command("allow")
def allow_(
    event: EventId,
    reason: Reason,
    approve: Approve = None,
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Allow it for one event: its settings name the ground and the hours, and two people log in and agree."""
    place = place_of(event, data, keys)
    with spoken(event, Action.ALLOW_HOLD) as who, _said(event):
        state = read_state(place.state_file)
        if state not in _STATES:
            raise WrongState(state)
        settings, log = load_event(place.event_file), writable_log(data, keys)
        if not settings.hold.allowed:
            raise HoldNotAllowed("not_in_settings")
        _as_bound(place, settings)
        opened = unlocker(secret_file, who.name, log)(place)
        try:
            if stands(place, opened):
                raise HoldNotAllowed("already_allowed")
            _read_out(settings)
            agreed = two_approvals(event, Action.ALLOW_HOLD, reason, approve)
            terms = allow(place, settings, opened)
        finally:
            opened.forget()
        by = ",".join(map(actor_id, agreed.approved_by))
        log.write(Kind.HOLD_ALLOWED, who.name, event, reason=agreed.reason, approved_by=by)
    typer.echo(f"Event {event} may hold captures of disputed checks, each for at most {terms.max_h:g} h.")
    typer.echo("A gate offers it from its next start on.")


@hold_app.command("forbid")
def forbid_(event: EventId, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR) -> None:
    """Take it back: nothing is held any more, and what is held is destroyed."""
    place = place_of(event, data, keys)
    with spoken(event, Action.ALLOW_HOLD) as who, _said(event):
        log = writable_log(data, keys)
        if not is_allowed(place) and not items(place):
            raise HoldNotAllowed
        try:
            forbid(place)
            gone = drop_all(place)
        except HoldRefused:
            log.write(Kind.HOLD_FORBIDDEN, who.name, event, success=False)
            stop("Not everything could be removed: look at the folder's permissions, and do it again.", FAILED)
        log.write(Kind.HOLD_FORBIDDEN, who.name, event, count=gone)
    typer.echo(f"Event {event} holds no captures any more; destroyed: {gone}.")


@hold_app.command("list")
def list_(
    event: EventId, as_json: AsJson = False, data: DataDir = DEFAULT_DATA_DIR, keys: KeyDir = DEFAULT_KEY_DIR
) -> None:
    """How many people's captures are held now, at most at one time, and in all; never whose."""
    place = place_of(event, data, keys)
    with spoken(event, Action.READ_COUNTS):
        allowed = is_allowed(place) and load_event(place.event_file).hold.allowed
        numbers = numbers_of(place) or Numbers()
    if as_json:
        typer.echo(json.dumps({"event": event, "allowed": allowed, **vars(numbers)}))
        return
    typer.echo(f"Event {event}: holding captures is {'allowed' if allowed else 'not allowed'}.")
    typer.echo(f"  held now: {numbers.stored}\n  at most at one time: {numbers.peak}\n  in all: {numbers.total}")


@hold_app.command("view")
def view(
    event: EventId,
    reason: Reason,
    code: Code = "",
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Look at what is held under a code: a supervisor, in a window that closes after a minute. Recorded."""
    place = place_of(event, data, keys)
    require_display()
    with spoken(event, Action.VIEW_HOLD, officer_acting) as who, _said(event):
        words = _words(reason)
        log, typed = writable_log(data, keys), _code(code)
        opened = unlocker(secret_file, who.name, log)(place)
        try:
            from kiosk.cli.hold_screen import show_hold  # windows are loaded only by who wants one

            store, began_s = HeldStore(place, opened), time.monotonic()
            with store.look(typed, ClockFile(device_of(place), log).look()[0].time_s) as captures:
                log.write(Kind.HOLD_OPENED, who.name, event, reason=words)  # no look without a record of it
                show_hold(place, load_event(place.event_file), typed, captures)
            seconds = round(time.monotonic() - began_s, 1)
            log.write(Kind.HOLD_VIEWED, who.name, event, reason=words, duration_s=seconds)
        finally:
            opened.forget()


@hold_app.command("drop")
def drop(
    event: EventId,
    code: Code = "",
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Destroy what is held under a code, because the person wishes it."""
    place = place_of(event, data, keys)
    with spoken(event, Action.DROP_HOLD, officer_acting) as who, _said(event):
        log, typed = writable_log(data, keys), _code(code)
        opened = unlocker(secret_file, who.name, log)(place)
        try:
            HeldStore(place, opened).drop(typed)
        finally:
            opened.forget()
        log.write(Kind.HOLD_DROPPED, who.name, event, count=1, reason="withdrawn")
    typer.echo("What was held under this code is destroyed.")


@contextmanager
def _said(event: str) -> Iterator[None]:
    try:
        yield
    except HoldNotAllowed as refused:
        stop(_NOT_ALLOWED[refused.code].format(event=event))
    except HoldRefused as refused:
        stop(_REFUSED.get(refused.code, f"This cannot be done ({refused.code})."), FAILED)


def _as_bound(place: EventPlace, settings: EventConfig) -> None:
    """Two people agree to what the event was made or changed with, not to what somebody wrote into its file since."""
    try:
        bound = read_bound(place)
    except BoundUnusable:
        bound = None
    if bound is None or "hold" in bound.terms.differences(Terms.of(settings)):
        raise HoldNotAllowed("not_bound")


def _read_out(settings: EventConfig) -> None:
    """What is agreed to, before anybody logs in for it."""
    typer.echo(f"Each capture is held for at most {settings.hold.max_h:g} h, on this ground:")
    for language in settings.languages:
        typer.echo(f"  {language.value}: {settings.hold.ground[language]}")


def _words(reason: str) -> str:
    try:
        return reason_in_words(reason)
    except NotApproved:
        stop("Say why with --reason, in 3 to 500 letters.", BAD_USAGE)


def _code(typed: str) -> str:
    code = code_of(typed or ask("Dispute code"))
    if code is None:
        stop("A dispute code has six letters and digits, for example K7M 4PX.", BAD_USAGE)
    return code
