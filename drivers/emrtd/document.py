"""A whole document, step by step: open the chip, who it is, the portrait, then what proves it.

```python
for step in DocumentReading(channel, MrzKeyFields("L898902C3", "740812", "120415")).steps():
    ...
```

yields in this order: ``Opened``; ``Progress`` at every command; ``IdentityFile`` (DG1); ``PortraitFile`` (DG2), with
which a face can be compared while the rest is read; ``EvidenceRead``, for ``passive.judge``. What only proves the chip
comes last, and no fault of it undoes what was read before: a proof that fails is a finding.
"""

from __future__ import annotations

import secrets
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

from drivers.emrtd.access import Access, AccessMethod, open_chip
from drivers.emrtd.access_keys import AccessKey, MrzKeyFields
from drivers.emrtd.apdu import Command
from drivers.emrtd.channel import CardChannel
from drivers.emrtd.chip_proof import (
    CHALLENGE_BYTES,
    ChipAuthentication,
    active_proof_holds,
    internal_authenticate,
    signature_bytes,
)
from drivers.emrtd.com import listed_groups
from drivers.emrtd.dg1 import Dg1, parse_dg1
from drivers.emrtd.dg2 import parse_dg2
from drivers.emrtd.errors import (
    CardRefused,
    DocumentMalformed,
    KeyRefused,
    MalformedAnswer,
    MalformedTlv,
    SecureMessagingBroken,
    UnsupportedByUs,
)
from drivers.emrtd.evidence import ChipAnswer, Digests, Evidence, MappingProof, digests_of
from drivers.emrtd.files import ATR_INFO, CARD_SECURITY, COM, DG1, DG2, DG14, DG15, SOD, File
from drivers.emrtd.link import CardLink
from drivers.emrtd.public_keys import PublicKey, public_key
from drivers.emrtd.reading import FileReader, Progress, Reading
from drivers.emrtd.secure_messaging import SecureMessaging
from drivers.emrtd.security_infos import SecurityInfos, security_infos
from drivers.emrtd.sod import parse_sod
from drivers.emrtd.tlv import whole
from drivers.port import PortraitFormat
from drivers.secret import SensitiveBytes

__all__ = ["DocumentReading", "EvidenceRead", "IdentityFile", "Opened", "PortraitFile", "Progress", "Step"]

_SESSION_LOST = (0x6982, 0x6987, 0x6988)
_WRONG_LENGTH = (0x6700, 0x6B00)
_SELECT_MASTER_FILE = Command(0x00, 0xA4, 0x00, 0x0C, b"\x3f\x00")
_ANSWER_LENGTH = 0x02
_SHORT, _EXTENDED = 256, 65_536


@dataclass(frozen=True)
class Opened:
    """The chip took the key."""

    method: AccessMethod


@dataclass(frozen=True)
class IdentityFile:
    """``zone`` is personal: reduce it and let go."""

    zone: Dg1 = field(repr=False)


@dataclass(frozen=True)
class PortraitFile:
    """Still encoded and untrusted. The receiver owns and wipes ``data``."""

    format: PortraitFormat
    data: SensitiveBytes


@dataclass(frozen=True)
class EvidenceRead:
    evidence: Evidence


Step = Opened | Progress | IdentityFile | PortraitFile | EvidenceRead
_FileSteps = Generator[Step, None, SensitiveBytes]


class DocumentReading:
    """One reading of one card. For one thread; every ``next`` is one command or a few.

    Until ``PortraitFile`` the steps raise what is wrong: AccessRefused, NotAnEmrtd, UnsupportedByUs, DocumentMalformed,
    CardRefused, MalformedAnswer, SecureMessagingBroken and the channel's errors. After it the channel's alone.
    """

    def __init__(self, channel: CardChannel, key: AccessKey) -> None:
        self._key = key
        self._link = CardLink(channel)
        self._files = FileReader(self._link)
        self._reopened = False
        self._access = Access(AccessMethod.BAC)
        self._digests: dict[int, Digests] = {}
        self._listed: frozenset[int] | None = None
        self._proof: SecureMessaging | None = None

    @property
    def commands(self) -> int:
        """How many commands the card was sent."""
        return self._link.commands

    def steps(self) -> Iterator[Step]:
        self._learn_lengths()
        self._access = open_chip(self._link, self._key)
        yield Opened(self._access.method)
        with (yield from self._group(DG1)) as file:
            zone = parse_dg1(file.view())
        yield IdentityFile(zone)
        with (yield from self._group(DG2)) as file:
            portrait = parse_dg2(file.view())
            data = SensitiveBytes(portrait.data, "portrait")
        yield PortraitFile(portrait.format, data)
        yield EvidenceRead((yield from self._evidence(zone)))

    def _learn_lengths(self) -> None:
        """Ask for long answers where reader and card carry them; a card that says nothing is asked for short ones."""
        if not self._link.extended:
            return
        try:
            with _run(self._files.read(ATR_INFO)) as file:
                lengths = [item for item in whole(file.view(), ATR_INFO.tag).inner() if item.tag == _ANSWER_LENGTH]
                if len(lengths) == 2:  # the largest command, then the largest answer
                    self._files.announce(int.from_bytes(lengths[1].value))
        except (CardRefused, MalformedAnswer, MalformedTlv, DocumentMalformed):
            pass

    def _file(self, file: File) -> _FileSteps:
        """Read ``file``; where the card ended the session for a length, or lost it once, open it again."""
        while True:
            try:
                return (yield from self._files.read(file))
            except CardRefused as refused:
                if not (self._link.secure and self._link.secure.over and self._may_reopen(refused.status_word)):
                    raise
                self._access = open_chip(self._link, self._key)

    def _may_reopen(self, status_word: int) -> bool:
        if status_word in _WRONG_LENGTH or status_word >> 8 == 0x6C:
            return self._files.lower()
        first, self._reopened = not self._reopened, True
        return first and status_word in _SESSION_LOST

    def _group(self, file: File) -> _FileSteps:
        """A data group, with its digests kept for the evidence."""
        data = yield from self._file(file)
        assert file.group is not None, file
        self._digests[file.group] = digests_of(data.view())
        return data

    def _evidence(self, zone: Dg1) -> Generator[Step, None, Evidence]:
        sod = yield from self._optional(SOD)
        chip = yield from self._chip(sod)
        return Evidence(
            sod=sod,
            digests=self._digests,
            issuing_state=zone.issuing_state,
            document_code=zone.document_code,
            own_zone=zone.opened_by(self._key) if isinstance(self._key, MrzKeyFields) else None,
            listed_by_com=self._listed,
            chip=chip,
            mapping=(yield from self._mapping(chip)),
        )

    def _optional(self, file: File) -> Generator[Step, None, bytes | None]:
        """The file's bytes; None where the card does not give it."""
        try:
            with (yield from (self._file(file) if file.group is None else self._group(file))) as data:
                return bytes(data.view())
        except (CardRefused, MalformedAnswer, DocumentMalformed, SecureMessagingBroken, MalformedTlv):
            return None

    def _chip(self, sod: bytes | None) -> Generator[Step, None, ChipAnswer]:
        """Chip authentication where it is offered, else active authentication. EF.COM is read in between: the first
        answer under the new keys is the proof."""
        offered = _groups_signed(sod)
        infos = SecurityInfos()
        answer = ChipAnswer.NOT_OFFERED
        if DG14.group in offered:
            content = yield from self._optional(DG14)
            infos, answer = _infos(content), ChipAnswer.FAILED if content is None else answer
            if infos.unsupported:
                answer = ChipAnswer.NOT_TRIED
        if answer is not ChipAnswer.FAILED and infos.names_chip_authentication:
            answer = self._chip_authentication(infos)
        com = yield from self._optional(COM)
        answer = self._after_com(com, answer)
        if DG15.group in offered and answer in (ChipAnswer.NOT_OFFERED, ChipAnswer.NOT_TRIED):
            answer = yield from self._active_authentication(infos)
        return answer

    def _chip_authentication(self, infos: SecurityInfos) -> ChipAnswer:
        """PROVED is provisional until an answer under the new keys was right."""
        chosen = next(
            (
                (proof, chip)
                for proof in infos.proofs
                for chip in infos.chip_keys
                if proof.key_id is None or chip.key_id is None or proof.key_id == chip.key_id
            ),
            None,
        )
        if chosen is None:
            return ChipAnswer.NOT_TRIED
        exchange = ChipAuthentication(*chosen)
        try:
            for command in exchange.commands():
                self._link.send(command, "chip authentication")
        except (CardRefused, MalformedAnswer, SecureMessagingBroken, MalformedTlv):
            return ChipAnswer.FAILED
        self._link.secure = self._proof = exchange.session()
        return ChipAnswer.PROVED

    def _after_com(self, com: bytes | None, answer: ChipAnswer) -> ChipAnswer:
        if com is not None:
            try:
                self._listed = listed_groups(com)
            except DocumentMalformed:
                self._listed = frozenset()
        if self._proof is not None and not self._proof.answers:  # a session opened anew in between proves nothing
            return ChipAnswer.FAILED
        return answer

    def _active_authentication(self, infos: SecurityInfos) -> Generator[Step, None, ChipAnswer]:
        content = yield from self._optional(DG15)
        if content is None:
            return ChipAnswer.FAILED
        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        try:
            key = _active_key(content)
            signature = self._signed(challenge, signature_bytes(key))
            holds = active_proof_holds(key, challenge, signature, infos.active_signature)
        except UnsupportedByUs:
            return ChipAnswer.NOT_TRIED
        except (CardRefused, KeyRefused, MalformedAnswer, SecureMessagingBroken, MalformedTlv):
            return ChipAnswer.FAILED
        return ChipAnswer.PROVED if holds else ChipAnswer.FAILED

    def _signed(self, challenge: bytes, size: int) -> bytes:
        """The chip's signature over ``challenge``; by an extended command where it fits no short answer.

        Raises UnsupportedByUs where card or reader do not carry it.
        """
        secure, step = self._link.secure, "active authentication"
        fits = secure is None or size <= secure.most_plain_bytes
        long = self._link.extended and not fits
        try:
            data = self._link.send(internal_authenticate(challenge, _EXTENDED if long else _SHORT), step).data
            if not data and long:  # some chips say nothing where they are offered more room than they need
                data = self._link.send(internal_authenticate(challenge), step).data
        except CardRefused as refused:
            if fits or refused.status_word not in _WRONG_LENGTH:
                raise
            raise UnsupportedByUs(f"a signature of {size} bytes") from refused
        return data

    def _mapping(self, chip: ChipAnswer) -> Generator[Step, None, MappingProof | None]:
        """What chip-authentication mapping left, where nothing else proved or failed."""
        access = self._access
        if not access.chip_data or access.chip_mapping is None or chip in (ChipAnswer.PROVED, ChipAnswer.FAILED):
            return None
        try:
            self._link.send(_SELECT_MASTER_FILE, "select the master file")
        except (CardRefused, SecureMessagingBroken, MalformedAnswer):
            return None
        content = yield from self._optional(CARD_SECURITY)
        return MappingProof(content, access.chip_mapping, access.chip_data) if content is not None else None


def _run(reading: Reading) -> SensitiveBytes:
    """A short file, without telling progress."""
    while True:
        try:
            next(reading)
        except StopIteration as end:
            data: SensitiveBytes = end.value
            return data


def _groups_signed(sod: bytes | None) -> frozenset[int]:
    try:
        return frozenset(parse_sod(sod).hashes) if sod is not None else frozenset()
    except DocumentMalformed:
        return frozenset()


def _infos(content: bytes | None) -> SecurityInfos:
    if content is None:
        return SecurityInfos()
    try:
        return security_infos(whole(content, DG14.tag).value)
    except MalformedTlv:
        return SecurityInfos(unsupported=("DG14 that cannot be read",))


def _active_key(content: bytes) -> PublicKey:
    """Raises KeyRefused, UnsupportedByUs, MalformedTlv."""
    return public_key(next(iter(whole(content, DG15.tag).inner())))
