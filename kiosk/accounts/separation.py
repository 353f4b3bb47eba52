"""Whether the accounts of a machine keep its three administrators apart (R-58)."""

from __future__ import annotations

from kiosk.accounts.account import Profile
from kiosk.accounts.logins import PROFILE
from kiosk.accounts.store import AccountStore
from kiosk.config.places import DevicePlace, EventPlace
from kiosk.ledger.port import LedgerUnavailable


def separated_at(place: EventPlace) -> bool:
    """By the profile the machine was set up with; no where it has no accounts, or they cannot be read."""
    device = DevicePlace(place.data_dir, place.key_dir)
    if not device.accounts_file.is_file():
        return False
    try:
        store = AccountStore.open(device)
    except (LedgerUnavailable, OSError):
        return False
    try:
        return Profile(store.setting(PROFILE) or Profile.GENERIC).separates
    except (LedgerUnavailable, ValueError):
        return False
    finally:
        store.close()
