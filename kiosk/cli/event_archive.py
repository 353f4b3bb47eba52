"""``kiosk event archive``: the last state of an event, once every certificate is in (R-52)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kiosk.base.archived_here import is_enrolled_here, venue_certificate
from kiosk.cli.event_place import DEFAULT_DATA_DIR, DEFAULT_KEY_DIR, DataDir, EventId, KeyDir, place_of
from kiosk.cli.event_saying import spoken
from kiosk.cli.saying import BAD_USAGE, FAILED, stop
from kiosk.cli.trail import writable_log
from kiosk.closing.archived import CertificateMissing, archive_event
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.domain.access import Action
from kiosk.vault.identity import DeviceIdentity

_WHY = {
    "none": "there is no certificate of it on this machine: kiosk event close {event} makes it",
    "other_event": "the certificate is another event's",
    "not_passed": "the base's certificate does not say PASS",
    "not_told": "the base knows another certificate of this machine, or none: kiosk base tell {event}",
}


def archive(
    event: EventId,
    base_certificate: Annotated[
        Path | None,
        typer.Option("--base-certificate", help="In a venue: the base's archived-EVENT.json.", dir_okay=False),
    ] = None,
    public_key: Annotated[
        str, typer.Option("--public-key", help="The base machine's public key, 64 hexadecimal digits.")
    ] = "",
    data: DataDir = DEFAULT_DATA_DIR,
    keys: KeyDir = DEFAULT_KEY_DIR,
) -> None:
    """Put a closed event away once every certificate is in: this machine's, in a venue the base's of all devices."""
    place = place_of(event, data, keys)
    with spoken(event, Action.CLOSE_EVENT) as who:
        log = writable_log(data, keys)
        own_key = DeviceIdentity.load(DevicePlace(place.data_dir, place.key_dir).identity_file).public_key
        try:
            venue = _venue(place, base_certificate, public_key, own_key)
            archive_event(place, own_key, who.name, log, venue)
        except CertificateMissing as missing:
            why = _WHY.get(missing.code, f"the certificate does not hold ({missing.code})").format(event=event)
            stop(f"Event {event} is not archived: {why}.", FAILED)
    typer.echo(f"Event {event} is archived.")


def _venue(place: EventPlace, file: Path | None, public_key: str, own_key: bytes) -> str:
    if file is None:
        if is_enrolled_here(place.key_dir):
            stop(
                f"This machine belongs to a venue: once every device has told, kiosk base archive {place.event_id} "
                "makes the certificate to name here with --base-certificate.",
                FAILED,
            )
        return ""
    try:
        base_key = bytes.fromhex(public_key)
    except ValueError:
        base_key = b""
    if len(base_key) != 32:
        stop("--public-key must be 64 hexadecimal digits.", BAD_USAGE)
    return venue_certificate(place, file.read_bytes(), base_key, own_key)
