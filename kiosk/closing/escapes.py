"""The same bytes as they read once written differently: hexadecimal (of xxd, od -tx1 and hexdump -C too), base64,
%-escapes (RFC 3986), quoted-printable (RFC 2045), \\x-escapes and 0x-lists, \\u-escapes of JSON.

For looking, not for parsing: whatever could be such writing is read as if it were.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

FEWEST_DIGITS = 16
"""Shorter runs hold nothing that could be told from chance."""
_HEX = re.compile(rb"[0-9A-Fa-f \t\r\n:\-]{%d,}" % FEWEST_DIGITS)
_DUMP = re.compile(  # a line: where it is, bytes, and behind two blanks what they look like
    rb"^[ \t]*+(?:[0-9A-Fa-f]{6,16}(?:(:)[ \t]*+|[ \t]++))?((?:[0-9A-Fa-f]{2})++(?:[ \t]{1,2}(?:[0-9A-Fa-f]{2})++)*+)",
    re.MULTILINE,
)
_BREAK = rb"(?:\r?\n|(?:\\r)?\\n)[ \t]*+"  # RFC 2045 breaks lines; also indented, and as JSON writes them
_BREAKS = re.compile(_BREAK)
_BASE64 = re.compile(rb"[A-Za-z0-9+/_\-]{%d,}(?:%s[A-Za-z0-9+/_\-]+)*" % (FEWEST_DIGITS, _BREAK))
_X = re.compile(rb"\\x([0-9A-Fa-f]{2})|0x([0-9A-Fa-f]{2})(?![0-9A-Fa-f])[,;\s]*")
_QUOTED = re.compile(rb"=(?:([0-9A-Fa-f]{2})|[ \t]*\r?\n)")
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*")
_IS_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}%[0-9A-Fa-f]{2}|(?<=[!-~]{3})%[0-9A-Fa-f]{2}[!-~]{3}")
_JSON = re.compile(rb"\\u[0-9A-Fa-f]{4}(?:\\u[0-9A-Fa-f]{4})*")
_NO_HEX = bytes(set(range(256)) - set(b"0123456789abcdefABCDEF"))
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def readings(data: bytes) -> Iterator[bytes]:
    """Other readings of ``data``, whole or the pieces of it that can be read so."""
    yield b"\n".join(_of_hex(data))
    yield b"".join(_of_dump(data))
    yield b"\n".join(_of_base64(data))
    if _IS_PERCENT.search(data):
        yield _PERCENT.sub(lambda run: bytes.fromhex(run[0].replace(b"%", b"").decode("ascii")), data)
    for writing in (_X, _QUOTED):
        if writing.search(data):
            yield writing.sub(
                lambda sign: bytes.fromhex((sign[1] or sign[sign.re.groups] or b"").decode("ascii")), data
            )
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


def _of_dump(data: bytes) -> Iterator[bytes]:
    """xxd parts the bytes from their signs by two blanks, hexdump -C the first eight from the others."""
    for line in _DUMP.finditer(data):
        digits = line[2].partition(b"  ")[0] if line[1] else line[2]
        yield bytes.fromhex(digits.translate(None, _NO_HEX).decode("ascii"))


def _of_base64(data: bytes) -> Iterator[bytes]:
    """From all four places a group can begin at."""
    for run in _BASE64.finditer(data):
        signs = _BREAKS.sub(b"", run[0]).translate(_URL_SAFE)
        for start in range(4):
            group = signs[start:] if len(signs[start:]) % 4 != 1 else signs[start:-1]
            yield base64.b64decode(group + b"=" * (-len(group) % 4))


def _of_json(run: bytes) -> bytes:
    units = bytes.fromhex(run.replace(b"\\u", b"").decode("ascii"))
    return units.decode("utf-16-be", "replace").encode("utf-8")
