"""Reading a file from the chip in as few commands as it allows (9303-10, 3.6).

The first command takes the file by its short identifier and already brings what fits; the object's own length says
where it ends. Chips that refuse a length are asked for less: some older ones carry 160 bytes, or 112. Where the refusal
ended the session the caller opens it again; the length to ask for is kept here.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from drivers.emrtd.apdu import Command
from drivers.emrtd.errors import CardRefused, DocumentMalformed, MalformedAnswer, MalformedTlv
from drivers.emrtd.files import File
from drivers.emrtd.link import CardLink
from drivers.emrtd.tlv import encode, total_length, whole
from drivers.secret import SensitiveBytes
from drivers.sensitive_memory import SensitiveBuffer

__all__ = ["FileReader", "Progress"]

_SMALLER = (0xA0, 0x70)
_HEAD_BYTES = 8
_SHORT = 256
_END_OF_FILE = 0x6282
_WRONG_LENGTH = (0x6700, 0x6B00)
_BY_SHORT_IDENTIFIER = 0x80
_LAST_SHORT_OFFSET = 0x7FFF
_OFFSET, _DISCRETIONARY = 0x54, 0x53
_DISCRETIONARY_AROUND = 4


@dataclass(frozen=True)
class Progress:
    """How far a file has been read, in bytes."""

    file: File
    done: int
    total: int


Reading = Generator[Progress, None, SensitiveBytes]


class FileReader:
    """``most_bytes``: what one command may ask for, lowered by refusals."""

    def __init__(self, link: CardLink) -> None:
        self._link = link
        self._lowered = 0
        self._card_answer_bytes = _SHORT

    def announce(self, card_answer_bytes: int) -> None:
        """The card said that its answers may be this long (EF.ATR/INFO)."""
        self._card_answer_bytes = max(_SHORT, min(card_answer_bytes, self._link.most_answer_bytes))

    @property
    def most_bytes(self) -> int:
        """Bytes of a file asked for by one command."""
        if self._lowered:
            return _SMALLER[self._lowered - 1]
        secure = self._link.secure
        return secure.plain_bytes_in(self._card_answer_bytes) if secure else self._card_answer_bytes

    def lower(self) -> bool:
        """Ask for less from now on; False when it cannot be less."""
        if self._card_answer_bytes > _SHORT:
            self._card_answer_bytes = _SHORT
            return True
        if self._lowered == len(_SMALLER):
            return False
        self._lowered += 1
        return True

    def read(self, file: File) -> Reading:
        """The whole file, for the receiver to wipe.

        Raises CardRefused (6A82: no such file), DocumentMalformed when it is not the object it should be or longer
        than it may be, MalformedAnswer, SecureMessagingBroken and the channel's errors.
        """
        first = self._first(file)
        total = self._total(file, first)
        with SensitiveBuffer(total, "file") as buffer:
            view = buffer.view()
            done = min(len(first), total)
            view[:done] = first[:done]
            yield Progress(file, done, total)
            while done < total:
                piece = self._piece(file, done, min(self.most_bytes, total - done))
                view[done : done + len(piece)] = piece
                done += len(piece)
                yield Progress(file, done, total)
            self._check(file, view)
            return SensitiveBytes(view, "file")

    def _first(self, file: File) -> bytes:
        """The file's beginning, at least its header. Selects it by short identifier, or by name where that fails."""
        step = f"read {file.name}"
        by_short_identifier = _BY_SHORT_IDENTIFIER | file.short_identifier
        try:
            return self._beginning(file, by_short_identifier, step)
        except CardRefused as refused:
            if refused.status_word == 0x6A82 or (self._link.secure and self._link.secure.over):
                raise
        self._link.send(Command(0x00, 0xA4, 0x02, 0x0C, file.identifier.to_bytes(2)), f"select {file.name}")
        return self._beginning(file, 0x00, step)

    def _beginning(self, file: File, p1: int, step: str) -> bytes:
        while True:
            wanted = self.most_bytes if file.eager else _HEAD_BYTES
            try:
                data = self._link.send(
                    Command(0x00, 0xB0, p1, 0x00, le=wanted), step, accept=frozenset({_END_OF_FILE})
                ).data
            except CardRefused as refused:
                self._ask_for_less(refused)
                continue
            if data:
                return data[:wanted]
            if not self.lower():
                raise MalformedAnswer(f"{step}: nothing")

    def _piece(self, file: File, at: int, wanted: int) -> bytes:
        step = f"read {file.name}"
        while True:
            try:
                data = self._part(at, wanted, step)
            except CardRefused as refused:
                self._ask_for_less(refused)
            else:
                if data:
                    return data[:wanted]
                if not self.lower():
                    raise MalformedAnswer(f"{step}: nothing at {at}")
            wanted = min(wanted, self.most_bytes)

    def _ask_for_less(self, refused: CardRefused) -> None:
        """Raises ``refused`` again where less would not help, or the session is over."""
        of_length = refused.status_word in _WRONG_LENGTH or refused.status_word >> 8 == 0x6C
        if not of_length or (self._link.secure and self._link.secure.over) or not self.lower():
            raise refused

    def _part(self, at: int, wanted: int, step: str) -> bytes:
        accept = frozenset({_END_OF_FILE})
        if at <= _LAST_SHORT_OFFSET:
            return self._link.send(Command(0x00, 0xB0, at >> 8, at & 0xFF, le=wanted), step, accept=accept).data
        offset = encode(_OFFSET, at.to_bytes(3 if at > 0xFFFF else 2))
        le = min(wanted + _DISCRETIONARY_AROUND, self.most_bytes)  # it counts the object around the data too
        answer = self._link.send(Command(0x00, 0xB1, 0x00, 0x00, offset, le), step, accept=accept)
        return bytes(whole(answer.data, _DISCRETIONARY).value)

    def _total(self, file: File, beginning: bytes) -> int:
        try:
            total = total_length(beginning)
        except MalformedTlv as error:
            raise DocumentMalformed(f"{file.name}: {error.step}") from error
        if total > file.most_bytes:
            raise DocumentMalformed(f"{file.name} says it has {total} bytes")
        return total

    def _check(self, file: File, view: memoryview) -> None:
        try:
            whole(view, file.tag)
        except MalformedTlv as error:
            raise DocumentMalformed(f"{file.name}: {error.step}") from error
