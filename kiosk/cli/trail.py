"""The audit log as commands use it."""

from __future__ import annotations

from pathlib import Path

from kiosk.audit.log import AuditLog
from kiosk.audit.port import AuditUnavailable
from kiosk.config.places import DevicePlace
from kiosk.ports import SystemClock

FAULTS = {
    "disk_full": "the disk is full",
    "io": "its file cannot be read or written",
    "busy": "another process keeps it locked",
    "broken_chain": "its last record was changed; see kiosk audit verify, then go on with kiosk audit renew",
    "no_key": "the machine's signing key cannot be used",
}


def device_log(data: Path, keys: Path) -> AuditLog:
    """The log of the machine with these folders."""
    return AuditLog.at(DevicePlace(data.absolute(), keys.absolute()), SystemClock())


def writable_log(data: Path, keys: Path) -> AuditLog:
    """The same, once it is known that a record could be written: no act begins that cannot be recorded.

    Raises AuditUnavailable.
    """
    log = device_log(data, keys)
    log.probe()
    return log


def sentence(unavailable: AuditUnavailable) -> str:
    why = FAULTS.get(unavailable.code, unavailable.code)
    return f"The audit log of this machine cannot be written: {why}."
