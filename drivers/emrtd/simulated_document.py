"""What one simulated document is: its holder's zone, its portrait, what it offers, what is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from drivers.emrtd.simulated_files import PaceOffer, Portrait, card_access, chip_keys, com, dg1, dg2, dg15
from drivers.emrtd.simulated_issuer import InventedState

__all__ = ["ChipFaults", "DocumentDesign", "MadeDocument", "key_information", "made"]

ChipKey = ec.EllipticCurvePrivateKey
ActiveKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_BRAINPOOL_P256 = 13
_TD1_LINES = 3


@dataclass(frozen=True)
class ChipFaults:
    """What is wrong with a chip or its data. ``refuse_reads_after``: 6982 from that many protected reads on, once.

    ``break_session_after``: 6988 likewise. ``truncated_dg2``: bytes of DG2 that are there although its length says
    more. ``altered_dg2``: a byte of the portrait differs from what was signed. ``wrong_sod``: the signature is
    another's. ``copied``: the private keys are not those of DG14 and DG15. ``longest_read``: more than that is
    answered 6700. ``mute_after``: silent from that many APDUs on.
    """

    refuse_reads_after: int | None = None
    break_session_after: int | None = None
    truncated_dg2: int | None = None
    altered_dg2: bool = False
    wrong_sod: bool = False
    copied: bool = False
    longest_read: int | None = None
    mute_after: int | None = None


@dataclass(frozen=True)
class DocumentDesign:
    """``mrz_lines`` as printed (TD1 or TD3; invented people only). ``picture``: the portrait's JPEG or JPEG 2000 bytes.

    ``can``: six digits where the card has them. ``bac``, ``pace``: ways in. ``chip_proof``, ``active_proof``: what it
    offers against copies. ``extended``: announces and takes extended lengths. ``rf_kind`` and ``rf_rates``: its radio.
    """

    mrz_lines: Sequence[str] = field(repr=False)
    picture: bytes = field(repr=False)
    portrait: Portrait = Portrait.JPEG
    width: int = 413
    height: int = 531
    can: str | None = field(default=None, repr=False)
    bac: bool = True
    pace: PaceOffer | None = None
    pace_parameter: int = _BRAINPOOL_P256
    chip_proof: PaceOffer | None = None
    active_proof: Literal["ec", "rsa"] | None = None
    extended: bool = False
    rf_kind: Literal["A", "B"] = "A"
    rf_rates: tuple[int, ...] = (106, 212, 424)
    faults: ChipFaults = ChipFaults()


@dataclass(frozen=True)
class MadeDocument:
    """A design after its State has issued it: files by identifier, and the chip's private keys."""

    design: DocumentDesign
    master_files: dict[int, bytes]
    files: dict[int, bytes]
    chip_key: ChipKey | None
    active_key: ActiveKey | None
    information: str = field(repr=False)
    secrets: dict[int, bytes] = field(repr=False)


def made(design: DocumentDesign, state: InventedState) -> MadeDocument:
    """Issue a document: write its groups, have them signed, then do to it what its faults say."""
    chip_key = ec.generate_private_key(ec.BrainpoolP256R1()) if design.chip_proof else None
    active_key = _active_key(design)
    groups = {1: dg1(design.mrz_lines), 2: dg2(design.picture, design.portrait, design.width, design.height)}
    elliptic = isinstance(active_key, ec.EllipticCurvePrivateKey)
    if design.chip_proof or elliptic:
        groups[14] = chip_keys(chip_key, design.chip_proof or PaceOffer.AES_128, elliptic_proof=elliptic)
    if active_key is not None:
        groups[15] = dg15(active_key)
    files = {0x0100 + number: content for number, content in _altered(groups, design.faults).items()}
    files[0x011E] = com(groups)
    files[0x011D] = state.security_object(groups, forged=design.faults.wrong_sod)
    master = {} if design.pace is None else {0x011C: card_access(design.pace, design.pace_parameter)}
    if design.extended:
        master[0x2F01] = bytes.fromhex("7F660802020400" + "02024000")  # at most 1,024 and 16,384 bytes
    if design.faults.copied:
        chip_key = chip_key and ec.generate_private_key(ec.BrainpoolP256R1())
        active_key = _active_key(design)
    information = key_information(design.mrz_lines)
    return MadeDocument(design, master, files, chip_key, active_key, information, _secrets(information, design.can))


def key_information(mrz_lines: Sequence[str]) -> str:
    """The three key fields with their check digits, cut out of the printed lines (9303-11, 9.7.3)."""
    if len(mrz_lines) == _TD1_LINES:
        number, dates = mrz_lines[0][5:15], mrz_lines[1]
        if number.endswith("<"):
            rest = mrz_lines[0][15:].partition("<")[0]
            number = number[:9] + rest
        return number + dates[0:7] + dates[8:15]
    line = mrz_lines[1]
    return line[0:10] + line[13:20] + line[21:28]


def _active_key(design: DocumentDesign) -> ActiveKey | None:
    match design.active_proof:
        case "ec":
            return ec.generate_private_key(ec.BrainpoolP256R1())
        case "rsa":
            return rsa.generate_private_key(65537, 2048)
        case None:
            return None


def _altered(groups: dict[int, bytes], faults: ChipFaults) -> dict[int, bytes]:
    changed = dict(groups)
    if faults.altered_dg2:
        content = bytearray(changed[2])
        content[len(content) // 2] ^= 0x01
        changed[2] = bytes(content)
    if faults.truncated_dg2 is not None:
        changed[2] = changed[2][: faults.truncated_dg2]
    return changed


def _secrets(information: str, can: str | None) -> dict[int, bytes]:
    """What PACE hashes: all 20 bytes for the zone under 1, the digits of the CAN under 2."""
    zone = {1: hashlib.sha1(information.encode("ascii")).digest()}  # noqa: S324 - the standard's
    return zone if can is None else zone | {2: can.encode("ascii")}
