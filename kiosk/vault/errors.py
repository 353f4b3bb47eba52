"""What can go wrong on the way to an event's key, besides ``KeysDestroyed`` and ``KeyFileUnusable``."""

from __future__ import annotations

from kiosk.vault.protection import Protection


class KeyLocked(Exception):
    """The key is there and wrapped, and what unwraps it was not given. ``protection`` says what that would be."""

    code = "locked"

    def __init__(self, protection: Protection) -> None:
        super().__init__(f"protected by {protection.value}")
        self.protection = protection


class WrongSecret(Exception):
    """The opening secret is not the one the key was wrapped with. ``tries_left``: before a long wait."""

    code = "wrong_secret"

    def __init__(self, tries_left: int = 0) -> None:
        super().__init__(self.code)
        self.tries_left = tries_left


class TriesUsedUp(Exception):
    """Too many wrong secrets, or the next one too soon; ``wait_s`` seconds have to pass."""

    code = "wait"

    def __init__(self, wait_s: float) -> None:
        super().__init__(self.code)
        self.wait_s = wait_s


class WeakSecret(Exception):
    """The secret is too easily guessed or cannot be typed at a kiosk. ``code``: too_short, too_plain, letters."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TpmUnavailable(Exception):
    """The TPM did not do what it was asked. ``code``: no_tools, no_tpm, refused, timeout."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
