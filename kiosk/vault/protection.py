"""What stands between whoever has the kiosk's disk and the event's key."""

from __future__ import annotations

from enum import StrEnum


class Protection(StrEnum):
    """How an event's key is kept. Only the first two allow a certificate to speak of *cryptographic erase*."""

    SECRET = "secret"  # noqa: S105 - wrapped by a key made from an opening secret: a passphrase or a badge's text
    TPM = "tpm"  # wrapped by a key that only this machine's TPM 2.0 gives out
    FILE = "file"  # in clear in a file of the service user or a systemd credential: *overwriting only*

    @property
    def wrapped(self) -> bool:
        """Whether the disk alone, without a secret or this machine's TPM, says nothing of the key."""
        return self is not Protection.FILE
