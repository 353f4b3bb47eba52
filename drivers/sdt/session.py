"""One SDT reader on one open port: find a card, select it, read it once, wait until it is gone.

Each ``serve`` is one exchange, so that "something lies there" is known a second before the record is::

    WATCHING --find 9F--> FOUND --select 90--> SELECTED --read 90, record counts--> HELD
        ^                   |  ^------ still there, try again ------|                 |
        |                   +--gone: ReadFailed(LIFTED), DocumentRemoved              |
        +------------------------ find fails: DocumentRemoved ------------------------+

Readers that latch do not find a card again until it was lifted and put back; there DocumentRemoved comes
early, and nothing more happens until the card is put down anew. Others find it again and again; there HELD
lasts as long as the card lies. Whether it lies there is asked with *find* alone (sdt-id-card section 7).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from drivers.deadline import MonotonicClock
from drivers.errors import DeadlineExceeded, DeviceRefused, PeerBrokeProtocol
from drivers.port import (
    DocumentEvent,
    DocumentPresented,
    DocumentRemoved,
    PortraitFormat,
    PortraitRead,
    ReadFailed,
    ReadFailure,
    ReadingRules,
)
from drivers.sdt.layout import PORTRAIT_BYTES
from drivers.sdt.line import Exchange, SdtLine
from drivers.sdt.protocol import Command, Status, status_text
from drivers.sdt.record import Defect, RecordRejected, parse, portrait_plausible, split
from drivers.secret import SensitiveBytes

__all__ = ["Patience", "SdtSession"]

_log = logging.getLogger(__name__)

Emit = Callable[[DocumentEvent], None]

_MODULE_UNUSABLE = frozenset({Status.SELF_TEST_FAILED, Status.NOT_AUTHORISED})
"""No card will ever be read by this module; the reader, not the card, is at fault."""


@dataclass(frozen=True)
class Patience:
    """How often things are tried. A card being put down may answer *find* before its field is steady."""

    find_pause_s: float = 0.1
    select_tries: int = 3
    read_tries: int = 2
    finds_until_removed: int = 2


class _Step(Enum):
    WATCHING = "watching"
    FOUND = "found"
    SELECTED = "selected"
    HELD = "held"


@dataclass
class _Presentation:
    """What has been tried with the card that lies there now."""

    selects_left: int
    reads_left: int
    misses: int = field(default=0)


class SdtSession:
    """For one thread. ``serve`` raises DriverError when the reader, not the card, is at fault."""

    def __init__(
        self,
        line: SdtLine,
        rules: Callable[[], ReadingRules],
        *,
        patience: Patience | None = None,
        clock: MonotonicClock = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._line = line
        self._rules = rules
        self._patience = patience or Patience()
        self._clock = clock
        self._pause = pause
        self._step = _Step.WATCHING
        self._card = self._new_presentation()
        self._next_find_s = clock()
        self._unanswered_finds = 0

    def serve(self, emit: Emit) -> None:
        """Do one exchange and emit what came of it."""
        match self._step:
            case _Step.WATCHING:
                self._watch(emit)
            case _Step.FOUND:
                self._select(emit)
            case _Step.SELECTED:
                self._read(emit)
            case _Step.HELD:
                self._wait_for_removal(emit)

    def close(self) -> None:
        """Release the port."""
        self._line.close()

    def _watch(self, emit: Emit) -> None:
        if self._find(paced=True):
            self._card = self._new_presentation()
            self._step = _Step.FOUND
            emit(DocumentPresented(self._clock()))

    def _select(self, emit: Emit) -> None:
        self._card.selects_left -= 1
        status = self._ask(Command.SELECT, emit)
        if status == Status.DONE:
            self._step = _Step.SELECTED
        elif status is not None:
            self._try_again_or_fail(status, self._card.selects_left, emit)

    def _read(self, emit: Emit) -> None:
        self._card.reads_left -= 1
        try:
            exchange = self._line.ask(Command.READ_TEXT_AND_PORTRAIT)
        except PeerBrokeProtocol:
            self._read_again_or_fail(ReadFailure.GARBLED, emit)
            return
        except DeadlineExceeded:
            self._hold(ReadFailed(ReadFailure.TIMED_OUT), emit)
            return
        status = exchange.answer.status
        if status != Status.DONE:
            exchange.answer.wipe()
            self._check_module(status, Command.READ_TEXT_AND_PORTRAIT)
            self._try_again_or_fail(status, self._card.reads_left, emit)
            return
        try:
            self._emit_record(exchange, emit)
        except RecordRejected as rejected:
            _log.warning("record does not count: %s", rejected.defect)
            if rejected.defect is Defect.UNKNOWN_TYPE:
                self._hold(ReadFailed(ReadFailure.NOT_A_DOCUMENT), emit)
            else:
                self._read_again_or_fail(ReadFailure.GARBLED, emit)
        else:
            self._step = _Step.HELD

    def _wait_for_removal(self, emit: Emit) -> None:
        match self._find(paced=True):
            case True:
                self._card.misses = 0
            case False:
                self._card.misses += 1
        if self._card.misses >= self._patience.finds_until_removed:
            self._removed(emit)

    def _emit_record(self, exchange: Exchange, emit: Emit) -> None:
        """Identity first, then portrait. The answer's buffer is overwritten whatever happens."""
        try:
            text, portrait = split(exchange.answer.payload)
            identity = parse(text, self._rules(), exchange.first_byte_at_s)
            emit(identity)
            if len(portrait) == PORTRAIT_BYTES:
                if not portrait_plausible(portrait):
                    _log.info("portrait block has not the usual first bytes")
                emit(PortraitRead(PortraitFormat.WLT, SensitiveBytes(portrait, "portrait"), self._clock()))
        finally:
            exchange.answer.wipe()

    def _try_again_or_fail(self, status: int, tries_left: int, emit: Emit) -> None:
        """The card refused a step: is it still there? Then once more from *select*, or give it up."""
        still_there = self._find(paced=False)
        if still_there is False:
            emit(ReadFailed(ReadFailure.LIFTED, status))
            self._removed(emit)
        elif still_there is None:
            self._hold(ReadFailed(ReadFailure.TIMED_OUT, status), emit)
        elif tries_left > 0:
            self._step = _Step.FOUND
        else:
            reason = ReadFailure.NOT_A_DOCUMENT if status == Status.CARD_TYPE_UNKNOWN else ReadFailure.REFUSED
            self._hold(ReadFailed(reason, status), emit)

    def _read_again_or_fail(self, reason: ReadFailure, emit: Emit) -> None:
        """The bytes were at fault, not the card: ask for them once more (a latching reader would not find it
        again).
        """
        if self._card.reads_left <= 0:
            self._hold(ReadFailed(reason), emit)

    def _hold(self, failure: ReadFailed, emit: Emit) -> None:
        emit(failure)
        self._step = _Step.HELD

    def _removed(self, emit: Emit) -> None:
        emit(DocumentRemoved())
        self._step = _Step.WATCHING

    def _find(self, *, paced: bool) -> bool | None:
        """Whether a card is found; None when the module did not say in time.

        That is forgiven once: the line is then put in step, and if that fails too the module is at fault.
        """
        wait_s = self._next_find_s - self._clock()
        if paced and wait_s > 0:
            self._pause(wait_s)
        try:
            answer = self._line.ask(Command.FIND).answer
        except (DeadlineExceeded, PeerBrokeProtocol):
            self._unanswered_finds += 1
            if self._unanswered_finds > 1:
                raise
            return None
        self._unanswered_finds = 0
        self._next_find_s = self._clock() + self._patience.find_pause_s
        answer.wipe()
        self._check_module(answer.status, Command.FIND)
        return answer.status == Status.CARD_FOUND

    def _ask(self, command: Command, emit: Emit) -> int | None:
        """The status of a step with a card; None when the step failed on the line and the card is given
        up.
        """
        try:
            answer = self._line.ask(command).answer
        except PeerBrokeProtocol:
            self._hold(ReadFailed(ReadFailure.GARBLED), emit)
            return None
        except DeadlineExceeded:
            self._hold(ReadFailed(ReadFailure.TIMED_OUT), emit)
            return None
        answer.wipe()
        self._check_module(answer.status, command)
        return answer.status

    def _check_module(self, status: int, command: Command) -> None:
        if status not in (Status.DONE, Status.CARD_FOUND, Status.FIND_FAILED):
            _log.info("%s answered %s", command.name, status_text(status))
        if status in _MODULE_UNUSABLE:
            raise DeviceRefused(command.name, status)

    def _new_presentation(self) -> _Presentation:
        return _Presentation(self._patience.select_tries, self._patience.read_tries)
