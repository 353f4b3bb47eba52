"""One-time codes: TOTP (RFC 6238) with HMAC-SHA-1, six digits, 30 s, as every authenticator app knows it."""

from __future__ import annotations

import hmac
import os

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES = 20
STEP_S = 30
DIGITS = 6
STEPS_ASIDE = 1
"""A code of the step before or after is taken: people type slowly and clocks differ."""

ISSUER = "Venue Kiosk"


def new_secret() -> bytes:
    """160 random bits (RFC 4226 section 4, R6)."""
    return os.urandom(SECRET_BYTES)


def uri(secret: bytes, account_id: str) -> str:
    """The ``otpauth://`` address an authenticator app scans. Holds the secret: show it once, keep it nowhere."""
    return _totp(secret).get_provisioning_uri(account_id, ISSUER)


def code_at(secret: bytes, now_s: float) -> str:
    """The code of the step ``now_s`` (UTC seconds) lies in."""
    return _totp(secret).generate(int(now_s)).decode()


def matching_step(secret: bytes, untrusted_code: str, now_s: float) -> int | None:
    """The number of the step the code belongs to, or None. Every step is compared, each in constant time.

    The caller keeps the highest step it has taken and refuses that one and all before (RFC 6238 section 5.2).
    """
    given = untrusted_code.encode("utf-8")
    now = int(now_s) // STEP_S
    found = None
    for step in range(max(0, now - STEPS_ASIDE), now + STEPS_ASIDE + 1):
        if hmac.compare_digest(_totp(secret).generate(step * STEP_S), given):
            found = step
    return found


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303 - what authenticator apps speak
