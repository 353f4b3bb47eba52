"""The same bytes as they read once written differently: hexadecimal, base64, %-escapes (RFC 3986), \\u-escapes of JSON.

For looking, not for parsing: whatever could be such writing is read as if it were.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

FEWEST_DIGITS = 16
"""Shorter runs hold nothing that could be told from chance."""
_HEX = re.compile(rb"[0-9A-Fa-f :\-]{%d,}" % FEWEST_DIGITS)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_\-]{%d,}(?:\r?\n[A-Za-z0-9+/_\-]+)*" % FEWEST_DIGITS)  # RFC 2045 breaks lines
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*")
_IS_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}%[0-9A-Fa-f]{2}|(?<=[!-~]{3})%[0-9A-Fa-f]{2}[!-~]{3}")
_JSON = re.compile(rb"\\u[0-9A-Fa-f]{4}(?:\\u[0-9A-Fa-f]{4})*")
_NO_HEX = bytes(set(range(256)) - set(b"0123456789abcdefABCDEF"))
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def readings(data: bytes) -> Iterator[bytes]:
    """Other readings of ``data``, whole or the pieces of it that can be read so."""
    yield b"\n".join(_of_hex(data))
    yield b"\n".join(_of_base64(data))
    if _IS_PERCENT.search(data):
        yield _PERCENT.sub(lambda run: bytes.fromhex(run[0].replace(b"%", b"").decode("ascii")), data)
    if _JSON.search(data):
        yield _JSON.sub(lambda run: _of_json(run[0]), data)


def _of_hex(data: bytes) -> Iterator[bytes]:
    """From both places a byte can begin at."""
    for run in _HEX.finditer(data):
        digits = run[0].translate(None, _NO_HEX)
        if len(digits) < FEWEST_DIGITS:
            continue
        for start in (0, 1):
            even = digits[start : start + (len(digits) - start) // 2 * 2]
            yield bytes.fromhex(even.decode("ascii"))


def _of_base64(data: bytes) -> Iterator[bytes]:
    """From all four places a group can begin at."""
    for run in _BASE64.finditer(data):
        signs = run[0].translate(_URL_SAFE, b"\r\n")
        for start in range(4):
            group = signs[start:] if len(signs[start:]) % 4 != 1 else signs[start:-1]
            yield base64.b64decode(group + b"=" * (-len(group) % 4))


def _of_json(run: bytes) -> bytes:
    units = bytes.fromhex(run.replace(b"\\u", b"").decode("ascii"))
    return units.decode("utf-16-be", "replace").encode("utf-8")
