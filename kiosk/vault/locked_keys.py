"""Keys of an event that is not unlocked: for what can be done without them, such as counting and closing."""

from __future__ import annotations

from typing import NoReturn

from drivers.port import DocumentKind, IdToken
from kiosk.vault.errors import KeyLocked
from kiosk.vault.protection import Protection


class LockedKeys:
    """EventKeys that opens nothing: every use raises KeyLocked."""

    def __init__(self, event_id: str, protection: Protection) -> None:
        self.event_id, self._protection = event_id, protection

    def token(self, kind: DocumentKind, issuing_state: str, number: str) -> IdToken:
        self._refuse()

    def code_token(self, code: str) -> bytes:
        self._refuse()

    def search_token(self, word: str) -> bytes:
        self._refuse()

    def seal(self, plain: bytes, context: str) -> bytes:
        self._refuse()

    def open(self, sealed: bytes, context: str) -> bytes:
        self._refuse()

    def destroy(self) -> None:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise KeyLocked(self._protection)
