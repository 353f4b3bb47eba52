"""Takes a device out of service (R-99). Begun once, it can only be finished; each step is safe to repeat.

1. every event that is not wiped is closed the usual way, and must end with PASS
2. the act is written to the audit log, the log signed
3. log, reports, certificates and the public key are handed over, if a folder was named
4. the device's folder is renamed, so that one cut short is finished without accounts; then keys are overwritten and
   removed: accounts and pairing can no longer be read, on any copy
5. the data folder is emptied
6. the identity key goes last, because steps 2 and 3 need it
7. both folders are looked at: empty, or the verdict is not PASS

The folders themselves stay, as an installer makes them. The certificate of each event is the closing's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import actor_id
from kiosk.audit.log import AuditLog
from kiosk.closing.destroying import remove_files
from kiosk.closing.leftovers import LeftoverReport, Verdict, find_leftovers
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.decommission.handover import hand_over
from kiosk.decommission.survey import GOING, OF_THE_SYSTEM, Survey, survey
from kiosk.domain.exports import Export
from kiosk.vault.identity import DeviceIdentity
from kiosk.vault.key_file import KeyFileUnusable, overwrite_and_remove, sync_folder

Closer = Callable[[EventPlace], Verdict]
"""Closes one event for good and says what the look afterwards found."""


class Hindered(Exception):
    """Nothing was changed; ``found`` says what stands in the way."""

    def __init__(self, found: Survey) -> None:
        super().__init__("hindered")
        self.found = found


class EventNotClosed(Exception):
    """The closing of ``event`` did not end with PASS; nothing of the device was destroyed."""

    def __init__(self, event: str, verdict: Verdict) -> None:
        super().__init__(f"{event}: {verdict.value}")
        self.event, self.verdict = event, verdict


@dataclass(frozen=True)
class Left:
    """What was done. ``remaining``: names still in one of the two folders, which should be empty."""

    fingerprint: str
    events_closed: list[str]
    handed_over: list[Path]
    removed: int
    remaining: list[Path]
    look: LeftoverReport

    @property
    def verdict(self) -> Verdict:
        return Verdict.FAILED if self.remaining else self.look.verdict


def leave(device: DevicePlace, account: str, by: str, close: Closer, audit: AuditLog, handover: Path | None) -> Left:
    """Empty the device. ``account`` acts, ``by`` answers for it.

    ``handover``: a folder that does not exist yet, outside the kiosk's, or None.

    Raises Hindered, EventNotClosed, AuditUnavailable, NotHandedOver, KeyFileUnusable, OSError; up to the hand-over the
    device is whole.
    """
    found = survey(device)
    if found.hinders:
        raise Hindered(found)
    for event in found.unwiped:
        verdict = close(EventPlace(device.data_dir, device.key_dir, event))
        if verdict is not Verdict.PASS:
            raise EventNotClosed(event, verdict)
    about, becomes = actor_id(by), "log_handed_over" if handover else "log_dropped"
    audit.write(Kind.DEVICE_DECOMMISSIONED, account, about, reason=becomes)
    if handover:  # recorded first: the log that says so goes along
        audit.write(Kind.EXPORT_MADE, account, about, code=Export.HANDOVER.value, recipient=about)
    audit.checkpoint(account)
    identity = DeviceIdentity.load(device.identity_file)
    handed_over = hand_over(device, handover, identity.public_key) if handover else []
    _begin(device)
    removed = _destroy_keys(device, but=device.identity_file)
    removed += _empty(device.data_dir)
    removed += _destroy_keys(device)
    look = find_leftovers(device.data_dir, key_dir=device.key_dir)
    return Left(identity.fingerprint, found.unwiped, handed_over, removed, _remaining(device), look)


def _begin(device: DevicePlace) -> None:
    going = device.data_dir / GOING
    if going.is_dir():  # of a run that was cut short
        remove_files(going, frozenset())
        going.rmdir()
    device.folder.rename(going)
    sync_folder(device.data_dir)


def _destroy_keys(device: DevicePlace, but: Path | None = None) -> int:
    """What cannot be removed stays, and is found by the look."""
    removed = 0
    for path in sorted(device.key_dir.iterdir()):
        if path == but or path.name in OF_THE_SYSTEM:
            continue
        try:
            overwrite_and_remove(path)
        except KeyFileUnusable:
            continue
        removed += 1
    return removed


def _empty(data_dir: Path) -> int:
    removed = 0
    for folder in sorted(data_dir.iterdir()):
        if folder.name not in OF_THE_SYSTEM:
            removed += remove_files(folder, frozenset())
            if not any(folder.iterdir()):
                folder.rmdir()
    return removed


def _remaining(device: DevicePlace) -> list[Path]:
    folders = (device.data_dir, device.key_dir)
    return [path for folder in folders for path in sorted(folder.iterdir()) if path.name not in OF_THE_SYSTEM]
