"""``kiosk decommission``: the device leaves service and keeps nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.audit.port import AuditUnavailable
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, KeyDir
from kiosk.cli.saying import BAD_USAGE, FAILED, stop, stop_at
from kiosk.cli.session_place import forget_session
from kiosk.cli.trail import device_log, sentence
from kiosk.cli.who import acting
from kiosk.closing.close import close_event
from kiosk.closing.leftovers import Verdict
from kiosk.closing.lock import ClosingElsewhere
from kiosk.closing.paper_process import paper_of
from kiosk.config.places import DevicePlace, EventPlace, lie_apart
from kiosk.decommission.handover import NotHandedOver
from kiosk.decommission.leave import EventNotClosed, Hindered, Left, leave
from kiosk.decommission.survey import Survey, survey
from kiosk.domain.access import Action
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.words import key_words

THE_WORD = "decommission"


def decommission(
    by: Annotated[str, typer.Option("--by", help="Who answers for it.")],
    handover: Annotated[
        Path | None,
        typer.Option("--handover", help="New folder for log, reports, certificates and public key.", file_okay=False),
    ] = None,
    without_log: Annotated[
        bool, typer.Option("--without-log", help="Hand nothing over; log and certificates are destroyed too.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; it cannot be undone.")] = False,
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Destroy events, keys, accounts, pairing and the audit log of this machine; refused while an event is open."""
    device = DevicePlace(data.absolute(), keys.absolute())
    by = by.strip()
    _require_sense(device, by, handover, without_log)
    who = acting(Action.DECOMMISSION_DEVICE)
    try:
        _require_nothing_in_the_way(survey(device))
        target = _asked(device, handover, without_log, yes)
        left = _leave(device, who.name, by, target)
        forget_session(device)
    except OSError as error:
        stop_at(error, device.data_dir)
    _say(left, device)
    if left.verdict is not Verdict.PASS:
        raise typer.Exit(FAILED)


def _require_sense(device: DevicePlace, by: str, handover: Path | None, without_log: bool) -> None:
    if not by:
        stop("--by must not be empty.", BAD_USAGE)
    if handover is not None and without_log:
        stop("--handover and --without-log exclude each other.", BAD_USAGE)
    if not lie_apart(device.data_dir, device.key_dir):
        stop(f"{device.key_dir} must lie outside the data folder {device.data_dir}.", BAD_USAGE)
    for folder in (device.data_dir, device.key_dir):
        if not folder.is_dir():
            stop(f"{folder} is not a folder: nothing of a kiosk is there.", BAD_USAGE)
    if handover is not None and handover.exists():
        stop(f"{handover} exists already: name a new folder.", BAD_USAGE)


def _require_nothing_in_the_way(found: Survey) -> None:
    if found.open_events:
        stop(f"Event {found.open_events[0]} is open: close it first, with kiosk event close {found.open_events[0]}.")
    if found.held_by:
        stop(f"A station still runs on this data (process {found.held_by[0]}): end it first.")
    if found.strangers:
        stop(f"{found.strangers[0]} is not the kiosk's: move it away, or name the right folders.")


def _asked(device: DevicePlace, handover: Path | None, without_log: bool, yes: bool) -> Path | None:
    """Where to hand over to. Asks twice unless ``yes``; with it, what becomes of the log must have been said."""
    if handover is None and not without_log:
        if yes:
            stop("Say what becomes of the audit log: --handover DIR or --without-log.", BAD_USAGE)
        answer = typer.prompt("Folder to hand log and certificates over to (empty: destroy them)", default="")
        handover = Path(answer) if answer.strip() else None
    if yes:
        return handover
    if not typer.confirm(f"Destroy all events, keys, accounts and the log in {device.data_dir}?"):
        stop("Nothing was changed.")
    if typer.prompt(f"It cannot be undone. Type {THE_WORD} to do it") != THE_WORD:
        stop("Nothing was changed.")
    return handover


def _leave(device: DevicePlace, account: str, by: str, handover: Path | None) -> Left:
    audit = device_log(device.data_dir, device.key_dir)

    def close(place: EventPlace) -> Verdict:
        typer.echo(f"Closing event {place.event_id} ...")
        return close_event(place, audit=audit, by=account, make_paper=paper_of).verdict

    try:
        return leave(device, account, by, close, audit, handover.absolute() if handover else None)
    except Hindered as hindered:
        _require_nothing_in_the_way(hindered.found)
        raise
    except EventNotClosed as left_open:
        stop(
            f"Event {left_open.event} could not be closed ({left_open.verdict.value}), so nothing else was destroyed: "
            f"kiosk event close {left_open.event}"
        )
    except ClosingElsewhere:
        stop("Another process is closing an event right now: wait for it and begin again.")
    except NotHandedOver as not_handed:
        stop(f"{not_handed} could not be handed over; nothing else was destroyed.")
    except AuditUnavailable as unavailable:
        stop(f"{sentence(unavailable)} Nothing else was destroyed.")
    except KeyFileUnusable as unusable:
        stop(f"The signing key cannot be used: {key_words(unusable)}. Nothing else was destroyed.")
    except KeysDestroyed:
        stop("The signing key is gone; nothing else was destroyed.")


def _say(left: Left, device: DevicePlace) -> None:
    typer.echo(f"Device {left.fingerprint}: {left.verdict.value}, {left.removed} files overwritten and removed.")
    if left.handed_over:
        typer.echo(f"  handed over: {len(left.handed_over)} files, with SHA256SUMS")
    for path in left.remaining:
        typer.echo(f"  LEFT: {path}", err=True)
    for leftover in left.look.leftovers:
        typer.echo(f"  LEFT: {leftover.where} ({leftover.what})", err=True)
    for thing in left.look.not_checked:
        typer.echo(f"  not looked at: {thing}")
    typer.echo(f"  empty folders stay: {device.data_dir}, {device.key_dir}")
