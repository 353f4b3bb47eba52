"""Ticket codes on phones before a camera, under every condition: how many are read, and none read as another."""

from __future__ import annotations

from kiosk.codes.symbol import symbol_bytes
from tests.helpers.phone_codes import CONDITIONS, phone
from tests.soak.figures import Figures

LEAST_READ = {
    "as-is": 0.99,
    "dim": 0.95,
    "dark-mode": 0.95,
    "tilted": 0.95,
    "blurred": 0.95,
    "glare": 0.85,
    "cracked": 0.5,
}


def camera_qr(count: int, seed: int) -> Figures:
    """``count`` pictures of each condition."""
    figures = Figures("camera-qr")
    for condition in CONDITIONS:
        read = 0
        for number in range(count):
            code = f"TK-{seed}-{number:06d}"
            seen = symbol_bytes(phone(code, condition, seed * 1_000_003 + number))
            read += seen == code.encode()
            figures.require(seen in {b"", code.encode()}, f"{condition} {number}: another code was read")
        figures.count(f"read {condition}", read)
        figures.count(f"shown {condition}", count)
        figures.require(read >= LEAST_READ[condition] * count, f"{condition}: {read} of {count} read")
    return figures
