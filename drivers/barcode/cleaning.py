"""From the bytes of a symbol to text that may be looked up (sheet barcode-scanners sections 2 and 4).

What passes has limited length, decodes, and holds no control or invisible character; it is still not trusted.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from drivers.barcode.outputs import MAX_CODE_BYTES, RawCode, Refusal, Refused
from drivers.port import CodeScanned

__all__ = ["AimPrefix", "clean", "decode_text", "split_aim", "undo_eci"]

_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_QR_WITH_ECI = frozenset({"]Q2", "]Q4", "]Q6"})
_ECI_UNITS = re.compile(rb"(?:[^\\]|\\\\)*")
_ECI_MARK = re.compile(rb"\\([0-9]{6})")
_ECI_CODECS = {3: "iso-8859-1", 26: "utf-8", 29: "gb18030", 32: "gb18030"}
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class AimPrefix(StrEnum):
    """How AIM identifiers are treated.

    ``WHEN_PRESENT`` is allowed only where no ticket of the event begins with ``]``; where some do, the
    scanner is set to send the identifier always (``EXPECTED``) or never (``NEVER``).
    """

    WHEN_PRESENT = "when_present"
    EXPECTED = "expected"
    NEVER = "never"


def clean(raw: RawCode, aim: AimPrefix) -> CodeScanned | Refused:
    """The ticket code in ``raw``, or why it is refused."""
    symbology, data = split_aim(raw.untrusted_bytes.rstrip(b"\r\n"), aim)
    if aim is AimPrefix.EXPECTED and not symbology:
        return Refused(Refusal.AIM_MISSING)
    if len(data) > MAX_CODE_BYTES:
        return Refused(Refusal.TOO_LONG)
    codec = None
    if symbology in _QR_WITH_ECI:
        data, codec = undo_eci(data)
    text = decode_text(data, codec)
    if not text:
        return Refused(Refusal.UNDECODABLE)
    if any(unicodedata.category(character) in _INVISIBLE for character in text):
        return Refused(Refusal.CONTROL_CHARACTERS)
    return CodeScanned(text, symbology)


def split_aim(data: bytes, aim: AimPrefix) -> tuple[str, bytes]:
    """(identifier or "", the rest). ISO/IEC 15424: ``]``, a code letter, a modifier."""
    if aim is AimPrefix.NEVER or not _AIM.match(data):
        return "", data
    return data[:3].decode("ascii"), data[3:]


def decode_text(data: bytes, codec: str | None = None) -> str | None:
    """Strict UTF-8, then GB18030 (a QR symbol in byte mode declares no encoding), or ``codec`` alone."""
    for candidate in (codec,) if codec else ("utf-8", "gb18030"):
        try:
            return data.decode(candidate)
        except UnicodeDecodeError:
            continue
    return None


def undo_eci(data: bytes) -> tuple[bytes, str | None]:
    r"""Undo the doubling of ``\`` and take off one leading ``\nnnnnn`` mark: (data, codec or None).

    Data that does not follow these rules is left alone: the scanner then does not use them.
    """
    mark = _ECI_MARK.match(data)
    codec = _ECI_CODECS.get(int(mark[1])) if mark else None
    if mark and codec is None:
        return data, None
    rest = data[mark.end() :] if mark else data
    if not _ECI_UNITS.fullmatch(rest):
        return data, None
    return rest.replace(b"\\\\", b"\\"), codec
