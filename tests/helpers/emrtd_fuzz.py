"""Hostile chips and files for the protocol of documents with a chip. Whatever comes, the answer is a value or an error
with a name, within a second of processor time.

Used in small counts by the tests and in large ones by the soak. Every case follows from (seed, number) alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random

from drivers.emrtd.apdu import answer_from
from drivers.emrtd.certificates import parse_certificate
from drivers.emrtd.ciphers import Suite
from drivers.emrtd.com import listed_groups
from drivers.emrtd.dg1 import parse_dg1
from drivers.emrtd.dg2 import MOST_PORTRAIT_BYTES, parse_dg2
from drivers.emrtd.document import DocumentReading, EvidenceRead, PortraitFile
from drivers.emrtd.evidence import Evidence, digests_of
from drivers.emrtd.passive import judge
from drivers.emrtd.revocation import parse_revocation_list
from drivers.emrtd.secure_messaging import SecureMessaging
from drivers.emrtd.security_infos import security_infos
from drivers.emrtd.simulated_chip import SimulatedDocumentChip
from drivers.emrtd.simulated_document import MadeDocument
from drivers.emrtd.simulated_files import PaceOffer
from drivers.emrtd.sod import parse_sod
from drivers.emrtd.tlv import Tlv, parse
from drivers.emrtd.trust import Trust
from drivers.emrtd.trust_files import contents
from drivers.emrtd.verdict import Verdict
from drivers.errors import DriverError
from tests.helpers.documents import chip, document, picture
from tests.helpers.emrtd import KEY, NOW, SPECIMEN, DirectChannel, specimen, utopian_trust, vectors
from tests.helpers.emrtd_state import (
    BY_NAME,
    EcSigner,
    Issued,
    RsaSigner,
    Signing,
    Wishes,
    issue,
    master_list,
    revocations,
    security_object,
)

LONGEST_S = 1.0


@dataclass
class FuzzFigures:
    """What a run saw. ``codes``: of the errors; ``slowest_s`` is processor time of one case."""

    cases: int = 0
    accepted: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    codes: set[str] = field(default_factory=set)


def fuzz(seed: int, count: int) -> FuzzFigures:
    """AssertionError, or whatever is raised that has no name, names seed and number."""
    figures = FuzzFigures()
    for number in range(count):
        random = Random(f"{seed}/{number}")
        kind = random.choices(KINDS, WEIGHTS)[0]
        begun_s = time.thread_time()
        try:
            kind(random)
        except DriverError as error:
            figures.refused += 1
            figures.codes.add(error.code)
        except Exception as error:
            raise AssertionError(f"case {seed}/{number}, {kind.__name__}: {type(error).__name__}: {error}") from error
        else:
            figures.accepted += 1
        took_s = time.thread_time() - begun_s
        assert took_s < LONGEST_S, f"case {seed}/{number}, {kind.__name__}: {took_s:.2f} s"
        figures.slowest_s = max(figures.slowest_s, took_s)
        figures.cases += 1
    return figures


class _Hostile(DirectChannel):
    """Changes some answers on their way, or makes them up."""

    def __init__(self, card: SimulatedDocumentChip, random: Random) -> None:
        super().__init__(card)
        self._random, self._changed = random, random.randrange(40)

    def transceive(self, command_apdu: bytes) -> bytes:
        assert len(self.sent) < 2_000, "a conversation without end"
        answer = super().transceive(command_apdu)
        if len(self.sent) < self._changed or self._random.random() < 0.5:
            return answer
        match self._random.randrange(6):
            case 0:
                return self._random.choice(_STATUS)
            case 1:
                return self._random.randbytes(self._random.randrange(0, 300))
            case 2:
                return answer[:-2] + self._random.choice(_STATUS)
            case 3:
                return b""
            case _:
                return mutated(self._random, answer)


_STATUS = [
    number.to_bytes(2)
    for number in (
        *(0x9000, 0x6282, 0x6300, 0x63C3, 0x6700, 0x6982, 0x6985, 0x6987, 0x6988, 0x6A80, 0x6A82, 0x6A86, 0x6A88),
        *(0x6B00, 0x6C00, 0x6C10, 0x6D00, 0x6E00, 0x6100, 0x6110, 0x6F00, 0xFFFF, 0x0000),
    )
]


def a_hostile_card(random: Random) -> None:
    offer = PaceOffer.AES_128 if random.random() < 0.2 else None
    _read(_Hostile(chip(picture=picture(400), pace=offer), random))


def a_hostile_document(random: Random) -> None:
    """Right keys, right codes, and files that are none; a chip can say anything under its own keys."""
    paper = _paper()
    files = dict(paper.files)
    for identifier in random.sample(sorted(files), random.randrange(1, 3)):
        files[identifier] = mutated(random, files[identifier])
    _read(DirectChannel(SimulatedDocumentChip(replace(paper, files=files))))


def _read(channel: DirectChannel) -> None:
    for step in DocumentReading(channel, KEY).steps():
        match step:
            case PortraitFile():
                assert len(step.data) <= MOST_PORTRAIT_BYTES
                step.data.wipe()
            case EvidenceRead():
                judge(step.evidence, utopian_trust(), NOW)


def a_card_access(random: Random) -> None:
    paper = _paper_with_pace()
    files = {identifier: mutated(random, data) for identifier, data in paper.master_files.items()}
    _read(DirectChannel(SimulatedDocumentChip(replace(paper, master_files=files))))


def a_protected_answer(random: Random) -> None:
    session = SecureMessaging.from_secret(random.choice(list(Suite)), b"another secret")
    answer = random.choice(_PROTECTED)
    session.unprotect(mutated(random, answer) if random.random() < 0.8 else random.randbytes(random.randrange(300)))
    raise AssertionError("an answer under other keys was taken")


def an_answer(random: Random) -> None:
    answer_from(random.randbytes(random.randrange(0, 6)))


def a_tlv(random: Random) -> None:
    data = random.randbytes(random.randrange(200)) if random.random() < 0.3 else mutated(random, _nested(random))
    for item in parse(data, indefinite=random.random() < 0.5):
        _walk(item, 0)


def _walk(item: Tlv, depth: int) -> None:
    if item.constructed and depth < 40:
        for inner in item.inner(indefinite=True):
            _walk(inner, depth + 1)


def _nested(random: Random) -> bytes:
    data = random.randbytes(random.randrange(20))
    for _ in range(random.randrange(1, 60)):
        if random.random() < 0.5:
            data = b"\x30\x80" + data + b"\0\0"
        else:
            size = len(data)
            data = b"\x30" + (bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2)) + data
    return data


def a_dg1(random: Random) -> None:
    zone = parse_dg1(mutated(random, specimen_file("EF_DG1.bin")))
    assert zone.opened_by(KEY) in (True, False)


def a_dg2(random: Random) -> None:
    portrait = parse_dg2(mutated(random, random.choice(_portraits())))
    assert 0 < len(portrait.data) <= MOST_PORTRAIT_BYTES


def a_list_of_groups(random: Random) -> None:
    listed_groups(mutated(random, specimen_file("EF_COM.bin")))


def infos_of_a_chip(random: Random) -> None:
    security_infos(mutated(random, random.choice(_infos())))


def a_certificate(random: Random) -> None:
    certificate = parse_certificate(mutated(random, random.choice(_certificates())))
    assert certificate.signed_by(certificate) in (True, False)


def a_revocation_list(random: Random) -> None:
    root = _root()
    found = parse_revocation_list(mutated(random, _revocations()))
    assert found.signed_by(parse_certificate(root.der)) in (True, False)


def a_trust_file(random: Random) -> None:
    found = contents(mutated(random, _master_list()))
    for each in found.lists:
        each.signer_of(frozenset({parse_certificate(_root().der).fingerprint}))


def a_signature(random: Random) -> None:
    """A changed document is never genuine; what was not changed is."""
    sod = random.choice(_sods())
    changed = mutated(random, sod)
    digests = {1: digests_of(b"zone"), 2: digests_of(b"portrait")}
    found = judge(Evidence(changed, digests, "UTO", "P"), _trust(), NOW)
    if found.verdict is Verdict.GENUINE:
        assert parse_sod(changed).signed.content == parse_sod(sod).signed.content


def mutated(random: Random, data: bytes) -> bytes:
    result = bytearray(data)
    for _ in range(random.randrange(0, 5)):
        at = random.randrange(len(result) + 1)
        match random.randrange(8):
            case 0 | 1 if at < len(result):
                result[at] ^= 1 << random.randrange(8)
            case 2:
                del result[at : at + random.randrange(1, 40)]
            case 3:
                result[at:at] = random.randbytes(random.randrange(1, 40))
            case 4 if at < len(result):
                result[at] = random.choice((0x00, 0x7F, 0x80, 0x81, 0x82, 0x83, 0x84, 0xFF, 0x30, 0x1F))
            case 5:
                result[at:at] = result[at : at + random.randrange(1, 100)]
            case 6:
                result[at : at + 4] = random.choice((b"\xff" * 4, bytes(4), b"\x84\xff\xff\xff", b"\x7f\xff\xff\xff"))
            case _:
                del result[at:]
    return bytes(result)


KINDS: list[Callable[[Random], None]] = [
    a_hostile_card,
    a_hostile_document,
    a_card_access,
    a_protected_answer,
    an_answer,
    a_tlv,
    a_dg1,
    a_dg2,
    a_list_of_groups,
    infos_of_a_chip,
    a_certificate,
    a_revocation_list,
    a_trust_file,
    a_signature,
]
WEIGHTS = [8, 8, 2, 8, 4, 14, 6, 14, 4, 8, 10, 4, 4, 6]


@cache
def specimen_file(name: str) -> bytes:
    """Of the specimen passport; of an invented document where that is not on this machine."""
    if SPECIMEN.is_file():
        return specimen()[name]
    return _paper().files[_INVENTED[name]]


_INVENTED = {
    "EF_DG1.bin": 0x0101,
    "EF_DG2.bin": 0x0102,
    "EF_DG14.bin": 0x010E,
    "EF_SOD.bin": 0x011D,
    "EF_COM.bin": 0x011E,
}


@cache
def _paper() -> MadeDocument:
    return document(picture=picture(400), chip_proof=PaceOffer.AES_128, active_proof="ec")


@cache
def _paper_with_pace() -> MadeDocument:
    return document(picture=picture(400), pace=PaceOffer.AES_128)


@cache
def _portraits() -> tuple[bytes, ...]:
    cases = tuple(bytes.fromhex(case["dg2_hex"]) for case in vectors("dg2_19794_5_cases")["cases"])
    return (*cases, specimen_file("EF_DG2.bin")[:2_000], specimen_file("EF_DG2.bin"))


@cache
def _infos() -> tuple[bytes, ...]:
    return (bytes.fromhex(vectors("pace_ecdh_gm_aes128")["ef_card_access"]), specimen_file("EF_DG14.bin")[4:])


_PROTECTED = [
    bytes.fromhex(step["protected_response"]) for run in vectors("sm_aes")["computed"] for step in run["steps"]
] + [bytes.fromhex(step["protected_response"]) for step in vectors("bac_sm_3des")["secure_messaging"]]


@cache
def _root() -> Issued:
    return issue(EcSigner(BY_NAME["P-256"], form="explicit"), None, Wishes(common="CSCA", authority=True))


@cache
def _certificates() -> tuple[bytes, ...]:
    wishes = Wishes(common="CSCA", authority=True, purposes=("2.23.136.1.1.3",), document_types=("P",))
    signers = (EcSigner(BY_NAME["brainpoolP224r1"], form="explicit"), RsaSigner(), RsaSigner(pss=True, pss_key=True))
    return (_root().der, *(issue(signer, None, wishes).der for signer in signers))


@cache
def _revocations() -> bytes:
    return revocations(_root(), (1, 2, 3))


@cache
def _master_list() -> bytes:
    signer = issue(EcSigner(BY_NAME["P-256"]), _root(), Wishes(purposes=("2.23.136.1.1.3",)))
    return master_list([_root().der], signer, _root(), Signing(signing_time=NOW, more_certificates=(_root().der,)))


@cache
def _sods() -> tuple[bytes, ...]:
    groups = {1: b"zone", 2: b"portrait"}
    keys = (EcSigner(BY_NAME["P-256"], form="explicit"), RsaSigner(pss=True))
    made = (security_object(groups, issue(key, _root(), Wishes()), _root().subject) for key in keys)
    return (*made, specimen_file("EF_SOD.bin"))


@cache
def _trust() -> Trust:
    return Trust([parse_certificate(_root().der)])
