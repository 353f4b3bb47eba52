"""The code a person takes along: it finds what is held of them, and nothing else does."""

from __future__ import annotations

import secrets

LETTERS = "ACDEFHJKMNPRTVWXY3479"
"""Without those that look alike on paper or sound alike: 0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U (V)."""
CODE_LENGTH = 6


def new_code() -> str:
    """Six letters by chance: one of 85 million."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def code_of(untrusted_text: str) -> str | None:
    """The code somebody typed, however they spaced it; None for what cannot be one."""
    typed = "".join(untrusted_text.replace("-", " ").split()).upper()
    return typed if len(typed) == CODE_LENGTH and set(typed) <= set(LETTERS) else None
