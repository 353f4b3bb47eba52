"""Whether a station that reads passports knows anybody who could have signed them."""

from __future__ import annotations

from datetime import UTC, datetime

from drivers.emrtd.errors import EmrtdError
from drivers.emrtd.trust_folder import Installed, TrustFolder
from kiosk.cli.doctor_checks import Finding, Level
from kiosk.config.machine import MachineConfig
from kiosk.config.places import DevicePlace

__all__ = ["OLD_AFTER_DAYS", "trusted_issuers"]

OLD_AFTER_DAYS = 90
_WHAT = "issuers"
_IMPORT = "kiosk trust import MASTER_LIST --pin FINGERPRINT"


def trusted_issuers(machine: MachineConfig, now: datetime | None = None) -> Finding:
    """Bad when the index cannot be read; a warning when there is nobody, a file does not count, or a list is old."""
    if machine.passport_reader is None:
        return Finding(_WHAT, Level.OK, "This station reads no passports.")
    folder = TrustFolder(DevicePlace(machine.data_dir, machine.key_dir).trust_folder)
    try:
        installed = folder.load()
    except (EmrtdError, OSError):
        mend = f"move {folder.folder} away, then {_IMPORT}"
        return Finding(_WHAT, Level.BAD, f"{folder.index_file} cannot be read.", mend)
    return _judged(installed, now or datetime.now(UTC))


def _judged(installed: Installed, now: datetime) -> Finding:
    issuers = len(installed.trust())
    if not issuers:
        return Finding(_WHAT, Level.WARNING, "Nobody is believed: every passport is of an unknown issuer.", _IMPORT)
    if installed.faults:
        name, reason = installed.faults[0]
        return Finding(_WHAT, Level.WARNING, f"{name} does not count: {reason}.", f"kiosk trust remove {name}")
    oldest_days = max(((now - used.signed_at).days for used in installed.lists), default=0)
    if oldest_days > OLD_AFTER_DAYS:
        return Finding(_WHAT, Level.WARNING, f"A master list is {oldest_days} days old.", _IMPORT)
    return Finding(_WHAT, Level.OK, f"{issuers} issuers of passports are believed.")
