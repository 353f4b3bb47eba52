"""Making and unlocking an event's key, each written to the audit log; ``kiosk.closing.close`` destroys it.

An *unlocker* is what the commands and the stations hand down: it gives the keys of a place or says why not. A log that
cannot be written pauses face lanes by its own watch; it never keeps a key from being made or used.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

from kiosk.audit.catalogue import Kind
from kiosk.audit.port import Audit, AuditUnavailable, NoAudit
from kiosk.config.places import EventPlace
from kiosk.vault.boot_time import BootTime, boot_time
from kiosk.vault.copies import protection_of
from kiosk.vault.errors import KeyLocked, TpmUnavailable, TriesUsedUp, WrongSecret
from kiosk.vault.file_keys import FileEventKeys, read_record
from kiosk.vault.locked_keys import LockedKeys
from kiosk.vault.locked_memory import LockedKey
from kiosk.vault.opening_secret import OpeningSecret, SecretWrapping
from kiosk.vault.protection import Protection
from kiosk.vault.tpm import Tpm, TpmWrapping
from kiosk.vault.tpm_tools import TpmTools
from kiosk.vault.tries import MOST_TRIES, Tries
from kiosk.vault.wrap import Wrapping

SYSTEM = "system"
Unlocker = Callable[[EventPlace], FileEventKeys]
"""Raises KeysDestroyed, KeyFileUnusable, KeyLocked, WrongSecret, TriesUsedUp, TpmUnavailable."""


def create_key(
    place: EventPlace, wrapping: Wrapping | None, audit: Audit | None = None, by: str = SYSTEM
) -> FileEventKeys:
    """The event's new key in its place. Raises KeyFileUnusable, TpmUnavailable."""
    keys = FileEventKeys.create(place.key_file, place.event_id, wrapping)
    if keys.protection is Protection.SECRET:
        Tries(place.tries_file).begin()
    with _whatever_the_log_does():
        told: dict[str, str | int] = {"protection": keys.protection.value, "fingerprint": keys.fingerprint}
        (audit or NoAudit()).write(Kind.KEY_CREATED, by, place.event_id, success=True, **told)
    return keys


def wrapping_of(protection: Protection, secret: str = "") -> Wrapping | None:
    """What a new key is wrapped by; None leaves it in clear. ``secret``: what somebody chose. Raises WeakSecret."""
    match protection:
        case Protection.TPM:
            return TpmWrapping(TpmTools())
        case Protection.SECRET:
            return _NewSecret(OpeningSecret.chosen(secret))
    return None


class _NewSecret(SecretWrapping):
    """For one new key: the secret is overwritten once it is made."""

    def first(self) -> tuple[bytes, LockedKey]:
        try:
            return super().first()
        finally:
            self._secret.wipe()


def unlock_unattended(
    place: EventPlace, audit: Audit | None = None, by: str = SYSTEM, tpm: Tpm | None = None
) -> FileEventKeys:
    """What a machine can do by itself: a plain key is read, its TPM is asked; an Unlocker.

    Raises KeyLocked where a secret is needed, and what every Unlocker raises.
    """
    if protection_of(place.key_file) is not Protection.TPM:
        return FileEventKeys.load(place.key_file, place.event_id)
    noted = _Noted(audit or NoAudit(), by, place.event_id, Protection.TPM)
    try:
        keys = FileEventKeys.load(place.key_file, place.event_id, TpmWrapping(tpm or TpmTools()))
    except (TpmUnavailable, WrongSecret) as failed:
        noted.failed(failed.code)
        raise
    noted.unlocked()
    return keys


def unlock_with_secret(
    place: EventPlace,
    secret: OpeningSecret,
    audit: Audit | None = None,
    by: str = SYSTEM,
    now: Callable[[], BootTime] = boot_time,
) -> FileEventKeys:
    """The keys, if ``secret`` is the right one; it is overwritten either way. Every try is counted.

    Raises WrongSecret with the tries left, TriesUsedUp, KeyLocked where no secret helps, KeysDestroyed,
    KeyFileUnusable.
    """
    noted = _Noted(audit or NoAudit(), by, place.event_id, Protection.SECRET)
    try:
        protection = protection_of(place.key_file)
        if protection is not Protection.SECRET:
            raise KeyLocked(protection)
        with Tries(place.tries_file, now).one() as this_try:
            try:
                keys = FileEventKeys.load(place.key_file, place.event_id, SecretWrapping(secret))
            except WrongSecret as wrong:
                noted.failed(wrong.code, attempts=MOST_TRIES - this_try.left)
                raise WrongSecret(this_try.left) from None
            this_try.right()
    except TriesUsedUp as too_soon:
        noted.failed(too_soon.code)
        raise
    finally:
        secret.wipe()
    noted.unlocked()
    return keys


def without_unlocking(place: EventPlace) -> LockedKeys:
    """Keys for counting and closing, which need none. Raises KeysDestroyed, KeyFileUnusable."""
    return LockedKeys(place.event_id, read_record(place.key_file, place.event_id).protection)


@dataclass(frozen=True)
class _Noted:
    """How an unlocking ended, for the log."""

    audit: Audit
    by: str
    event_id: str
    protection: Protection

    def unlocked(self) -> None:
        with _whatever_the_log_does():
            self.audit.write(Kind.KEY_UNLOCKED, self.by, self.event_id, protection=self.protection.value)

    def failed(self, reason: str, **more: int) -> None:
        told: dict[str, str | int] = {"protection": self.protection.value, "reason": reason, **more}
        with _whatever_the_log_does():
            self.audit.write(Kind.KEY_UNLOCK_FAILED, self.by, self.event_id, success=False, **told)


def _whatever_the_log_does() -> AbstractContextManager[None]:
    return suppress(AuditUnavailable)
