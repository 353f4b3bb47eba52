"""``kiosk event extend``, ``clock`` and ``used-list``: what may still be decided before an event ends."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from kiosk.cli.approving import Approve, Reason, two_approvals
from kiosk.cli.event_change import change
from kiosk.cli.event_key import SecretFile, unlocker
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, AsJson, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.saying import BAD_USAGE, FAILED, stop
from kiosk.cli.trail import device_log, writable_log
from kiosk.closing.bound import BoundUnusable
from kiosk.closing.by_itself import deadline_of, device_of
from kiosk.closing.clock import is_doubtful
from kiosk.closing.clock_file import ClockFile
from kiosk.closing.deadline import NobodyKnows
from kiosk.closing.extension import NotBound, TooLong, extend
from kiosk.closing.schedule import MOST_GRACE_H, due
from kiosk.closing.used_list import InsideTheKiosk, Taking, take_used_list
from kiosk.domain.access import Action
from kiosk.vault.key_file import KeyFileUnusable


def extend_(
    event: EventId,
    hours: Annotated[float, typer.Option("--hours", help="By how many hours the event closes later.")],
    reason: Reason,
    approve: Approve = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Let the event close by itself later: a reason, two people logged in, at most 24 hours after its end."""
    place = place_of(event, data, keys)
    with spoken(event, Action.EXTEND_EVENT) as who, _end_said(event):
        log = writable_log(data, keys)
        agreed = two_approvals(event, Action.EXTEND_EVENT, reason, approve)
        try:
            after_h = extend(place, hours, agreed, who.name, time.time(), log)
        except ValueError:
            stop("--hours has to be a number above 0.", BAD_USAGE)
        except TooLong as too_long:
            stop(
                f"An event closes at most {MOST_GRACE_H:g} hours after its end: at most {too_long.most_h:g} more.",
                FAILED,
            )
        at_s = deadline_of(place, log).at_s
    typer.echo(f"Event {event} closes by itself {after_h:g} h after its end, on {_local(at_s)}.")


def clock(
    event: EventId,
    confirm: Annotated[bool, typer.Option("--confirm", help="The machine's clock is right.")] = False,
    wrong: Annotated[
        bool, typer.Option("--wrong", help="It is wrong: go on counting without it (--reason, --approve).")
    ] = False,
    reason: Reason = "",
    approve: Approve = None,
    as_json: AsJson = False,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Show what time it is by the machine's clock and by the kiosk's own count, or answer for a clock that jumped."""
    if confirm and wrong:
        stop("Give --confirm or --wrong, not both.", BAD_USAGE)
    place = place_of(event, data, keys)
    with spoken(event, Action.CONFIRM_CLOCK if confirm or wrong else Action.READ_COUNTS) as who, _end_said(event):
        log = device_log(data, keys)
        deadline, file = deadline_of(place, log), ClockFile(device_of(place), log)
        at_s, changed = deadline.at_s, deadline.changed
        if wrong:  # it keeps the data longer; that the clock is right ends it sooner
            two_approvals(event, Action.CONFIRM_CLOCK, reason, approve)
        if confirm or wrong:
            file.confirm(who.name, right=confirm)
        seen, now = file.look()
    told = {
        "event": event,
        "stands": seen.kept.stands.value,
        "to_be_confirmed": is_doubtful(seen.kept),
        "machine": _iso(now.wall_s),
        "counted": _iso(seen.time_s),
        "closes": _iso(at_s),
        "due": due(at_s, seen, now.wall_s).value,
        "changed": list(changed),
    }
    if as_json:
        typer.echo(json.dumps(told))
        return
    typer.echo(f"By the machine's clock: {_local(now.wall_s)}")
    typer.echo(f"By the kiosk's own count: {_local(seen.time_s)}")
    typer.echo(f"Event {event} closes by itself: {_local(at_s)}")
    if changed:
        typer.echo(f"Its event.toml is not as it was bound ({', '.join(changed)}): the bound end counts.")
    if is_doubtful(seen.kept):
        typer.echo("The machine's clock jumped ahead. If it is right: --confirm. If it is wrong: --wrong.")


def used_list(
    event: EventId,
    to: Annotated[Path, typer.Option("--to", help="The new file (CSV), outside the kiosk's folders.", dir_okay=False)],
    reason: Reason,
    by: Annotated[str, typer.Option("--by", help="Who takes the list and answers for it.")],
    as_json: AsJson = False,
    secret_file: SecretFile = None,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Write which tickets were used, by ticket id alone, before the event closes; hash and recipient are recorded."""
    place = place_of(event, data, keys)
    if not by.strip() or not reason.strip():
        stop("Say who takes the list with --by, and why with --reason.", BAD_USAGE)
    with spoken(event, Action.TAKE_USED_LIST) as who:
        opened = unlocker(secret_file, who.name)(place)
        try:
            taken = take_used_list(
                place, opened, to, Taking(by.strip(), reason.strip()), time.time(), device_log(data, keys), who.name
            )
        except InsideTheKiosk:
            stop(f"{to} lies in the kiosk's own folders: name a place outside.", BAD_USAGE)
        except KeyFileUnusable as unusable:
            _not_written(to, unusable)
        finally:
            opened.forget()
    if as_json:
        typer.echo(json.dumps({"event": event, "file": str(to), "tickets": taken.tickets, "sha256": taken.sha256}))
        return
    typer.echo(f"{taken.tickets} tickets written to {to}. SHA-256: {taken.sha256}")
    typer.echo("Closing the event does not reach this file: whoever took it answers for it.")


def add_to(event_app: typer.Typer) -> None:
    event_app.command("extend")(extend_)
    event_app.command("change")(change)
    event_app.command("clock")(clock)
    event_app.command("used-list")(used_list)


@contextmanager
def _end_said(event: str) -> Iterator[None]:
    """What keeps an event's end from being known, as one sentence."""
    bind = f"bind it with kiosk event change {event}."
    try:
        yield
    except NotBound:
        stop(f"Nothing says when event {event} ends: {bind}", FAILED)
    except BoundUnusable as unusable:
        stop(f"What says when event {event} ends cannot be used ({unusable.code}): {bind}", FAILED)
    except NobodyKnows:
        stop(f"Nothing says when event {event} ends: mend its event.toml, then {bind}", FAILED)


def _not_written(to: Path, unusable: KeyFileUnusable) -> NoReturn:
    if unusable.code == "exists":
        stop(f"{to} exists already: name a new file.", BAD_USAGE)
    stop(f"{to} cannot be written.")


def _local(at_s: float) -> str:
    return f"{datetime.fromtimestamp(at_s).astimezone():%Y-%m-%d %H:%M:%S %z}"


def _iso(at_s: float) -> str:
    return datetime.fromtimestamp(at_s).astimezone().isoformat(timespec="seconds")
