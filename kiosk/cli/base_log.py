"""The audit log of the machine a base is on, where it has one: what cannot be recorded there is not done."""

from __future__ import annotations

from pathlib import Path

from kiosk.audit.port import Audit, AuditUnavailable, NoAudit
from kiosk.cli.saying import stop
from kiosk.cli.trail import sentence, writable_log
from kiosk.config.places import DevicePlace


def base_log(data: Path, keys: Path) -> Audit:
    """Stops with a sentence where there is a log that cannot be written. A laptop that is a base alone has none."""
    if not DevicePlace(data.absolute(), keys.absolute()).audit_file.exists():
        return NoAudit()
    try:
        return writable_log(data, keys)
    except AuditUnavailable as unavailable:
        stop(f"{sentence(unavailable)} What cannot be recorded is not done.")
