"""Opening the chip: PACE where it is offered, BAC otherwise (9303-11, 4.2).

BAC is tried only where PACE is absent, unknown to us, or failed for another reason than the key: a wrong key is said at
once, because some cards count tries.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from drivers.emrtd import ec
from drivers.emrtd.access_keys import AccessKey, MrzKeyFields
from drivers.emrtd.apdu import Command
from drivers.emrtd.bac import GET_CHALLENGE, BacTerminal
from drivers.emrtd.ciphers import Suite
from drivers.emrtd.errors import (
    AccessRefused,
    CardRefused,
    DocumentMalformed,
    MalformedAnswer,
    MalformedTlv,
    NotAnEmrtd,
    UnsupportedByUs,
)
from drivers.emrtd.files import APPLICATION, CARD_ACCESS
from drivers.emrtd.link import CardLink
from drivers.emrtd.pace import PaceTerminal
from drivers.emrtd.reading import FileReader
from drivers.emrtd.security_infos import Mapping, PaceInfo, SecurityInfos, security_infos

__all__ = ["Access", "AccessMethod", "card_access", "open_chip"]

_SELECT_APPLICATION = Command(0x00, 0xA4, 0x04, 0x0C, APPLICATION)
_SELECT_MASTER_FILE = Command(0x00, 0xA4, 0x00, 0x0C, b"\x3f\x00")
_NO_SUCH_FILE = (0x6A82, 0x6A86)
_NO_APPLICATION = (0x6A82, 0x6999, 0x6D00, 0x6E00)
_WRONG_KEY_CLASS = 0x63
_ORDER = (Mapping.CHIP_AUTHENTICATION, Mapping.GENERIC, Mapping.INTEGRATED)


class AccessMethod(StrEnum):
    PACE = "pace"
    BAC = "bac"


@dataclass(frozen=True)
class Access:
    """How the chip was opened. The last two: what chip-authentication mapping left to be checked."""

    method: AccessMethod
    chip_mapping: ec.Point | None = None
    chip_data: bytes = b""


def open_chip(link: CardLink, key: AccessKey) -> Access:
    """Open the chip and select the passport application; ``link.secure`` is then the session.

    Raises AccessRefused (key wrong; or only BAC is offered and ``key`` is no MRZ), NotAnEmrtd, MalformedAnswer,
    SecureMessagingBroken and the channel's errors.
    """
    link.secure = None
    offered = card_access(link)
    info = _best(offered)
    if info is not None:
        try:
            return _by_pace(link, key, info, offered)
        except (CardRefused, MalformedAnswer, MalformedTlv):  # the protocol, not the key
            link.secure = None
            if not isinstance(key, MrzKeyFields):
                raise
    return _by_bac(link, key, offered)


def card_access(link: CardLink) -> SecurityInfos:
    """What EF.CardAccess offers; nothing where there is none. Raises the channel's errors."""
    reader = FileReader(link)
    for prepare in (None, _SELECT_MASTER_FILE):
        try:
            if prepare is not None:
                link.send(prepare, "select the master file")
            return _card_access(reader)
        except CardRefused as refused:
            if refused.status_word in _NO_SUCH_FILE:
                break
        except (DocumentMalformed, MalformedAnswer, MalformedTlv):
            break
    return SecurityInfos()


def _card_access(reader: FileReader) -> SecurityInfos:
    reading = reader.read(CARD_ACCESS)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            with end.value as data:
                return security_infos(bytes(data.view()))


def _best(offered: SecurityInfos) -> PaceInfo | None:
    return min(offered.pace, key=lambda info: (_ORDER.index(info.mapping), info.suite is Suite.TDES), default=None)


def _by_pace(link: CardLink, key: AccessKey, info: PaceInfo, offered: SecurityInfos) -> Access:
    terminal = PaceTerminal(info, key)
    several = sum(other.oid_bytes == info.oid_bytes for other in offered.pace) > 1
    link.send(terminal.set_at(name_parameters=several), "PACE: set up")
    terminal.take_nonce(link.send(terminal.get_nonce(), "PACE: nonce").data)
    terminal.take_mapping(link.send(terminal.map_nonce(), "PACE: mapping").data)
    terminal.take_agreement(link.send(terminal.agree(), "PACE: agreement").data)
    try:
        answer = link.send(terminal.authenticate(), "PACE: token")
    except CardRefused as refused:
        raise AccessRefused("PACE: the card refused the key", _tries_left(refused.status_word)) from refused
    link.secure = terminal.session(answer.data)
    _select_application(link)
    return Access(AccessMethod.PACE, terminal.chip_mapping, terminal.chip_data)


def _by_bac(link: CardLink, key: AccessKey, offered: SecurityInfos) -> Access:
    if not isinstance(key, MrzKeyFields):
        if offered.unsupported:
            raise UnsupportedByUs(f"the chip offers {', '.join(offered.unsupported)}")
        raise AccessRefused("the chip opens with its machine-readable zone only")
    _select_application(link)
    try:
        challenge = link.send(GET_CHALLENGE, "BAC: challenge").data
        terminal = BacTerminal(key, challenge)
        answer = link.send(terminal.external_authenticate(), "BAC: authenticate")
    except CardRefused as refused:
        if offered.unsupported:  # the key may well be right
            raise UnsupportedByUs(f"the chip offers {', '.join(offered.unsupported)}") from refused
        raise AccessRefused(f"BAC: the card refused the key ({refused.status_word:04X})") from refused
    link.secure = terminal.session(answer.data)
    return Access(AccessMethod.BAC)


def _select_application(link: CardLink) -> None:
    try:
        link.send(_SELECT_APPLICATION, "select the passport application")
    except CardRefused as refused:
        if refused.status_word in _NO_APPLICATION:
            raise NotAnEmrtd(f"no passport application ({refused.status_word:04X})") from refused
        raise


def _tries_left(status_word: int) -> int | None:
    counted = status_word >> 8 == _WRONG_KEY_CLASS and status_word & 0xF0 == 0xC0
    return status_word & 0x0F if counted else None
