"""The event's keys: everything personal at rest is under them, and destroying them is the wipe's effective step."""

from __future__ import annotations

from typing import Protocol

from drivers.port import DocumentKind, IdToken


class EventKeys(Protocol):
    """Keys of one event on one machine. Raises KeysDestroyed after ``destroy``."""

    event_id: str

    def token(self, kind: DocumentKind, issuing_state: str, number: str) -> IdToken:
        """Keyed hash (HMAC-SHA-256, 32 bytes) of a normalised document number; a drivers.port.Tokenise."""

    def code_token(self, code: str) -> bytes:
        """Keyed hash of a ticket code (32 bytes)."""

    def search_token(self, word: str) -> bytes:
        """Keyed hash (32 bytes) of what a ticket may be searched by; never stored whole."""

    def seal(self, plain: bytes, context: str) -> bytes:
        """AES-256-GCM with a fresh nonce; ``context`` is authenticated, not stored."""

    def open(self, sealed: bytes, context: str) -> bytes:
        """Raises SealBroken when the bytes or the context are not what was sealed."""

    def destroy(self) -> None:
        """Overwrite and remove every copy of the key this process can reach."""


class KeysDestroyed(Exception):
    """The event's key is gone; nothing sealed under it can be read again."""


class SealBroken(Exception):
    """Sealed bytes were changed, or opened under another context."""
