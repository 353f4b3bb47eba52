"""One front-end on one open port: find a chip, wait for its key, read it step by step, wait until it is gone.

::

    WATCHING --chip, no key--> WANTING_KEY --key--> READING --judged--> HELD --gone--> WATCHING
        |                         ^    |  gone          |  |  ^                          ^
        +--chip and key-----------|----|----------------+  |  +-- one more try           |
                                  |    +--> WATCHING       +-- lifted --> WATCHING       |
                                  +------- key refused ----+-- any other fault ----------+

Each ``serve`` is a fraction of a second of work, so that progress is told and an owner can stop its thread. Whether a
chip still lies there is asked by listing cards anew, which ends its session: only when nothing is being read.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from drivers.deadline import Deadline, MonotonicClock
from drivers.emrtd.document import DocumentReading, EvidenceRead, IdentityFile, Opened, PortraitFile, Progress, Step
from drivers.emrtd.errors import (
    AccessRefused,
    CardLost,
    CardRefused,
    ChannelError,
    ChannelTimeout,
    EmrtdError,
    NotAnEmrtd,
    UnsupportedByUs,
)
from drivers.emrtd.files import DG2
from drivers.emrtd.passive import judge
from drivers.emrtd.trust import Trust
from drivers.errors import PeerBrokeProtocol
from drivers.mrz.parse import MrzRejected
from drivers.passport.identity import identity_of
from drivers.passport.keys import HeldKey
from drivers.pn532.commands import Target
from drivers.pn532.field import Field
from drivers.port import (
    DocumentEvent,
    DocumentJudged,
    DocumentPresented,
    DocumentProof,
    DocumentRemoved,
    DocumentValidity,
    KeyNeeded,
    PortraitRead,
    ReadFailed,
    ReadFailure,
    ReadingRules,
    ReadProgress,
)

__all__ = ["PassportSession", "Patience"]

_log = logging.getLogger(__name__)

Emit = Callable[[DocumentEvent], None]
_OPENED_SHARE, _IDENTITY_SHARE = 0.05, 0.1


@dataclass(frozen=True)
class Patience:
    """``turn_s``: work of one ``serve``. ``read_tries``: a faulty exchange is worth a second reading, a refusal is
    not.
    """

    find_pause_s: float = 0.15
    turn_s: float = 0.15
    progress_s: float = 0.2
    read_tries: int = 2
    finds_until_removed: int = 2


class _Step(Enum):
    WATCHING = "watching"
    WANTING_KEY = "wanting key"
    READING = "reading"
    HELD = "held"


class PassportSession:
    """For one thread. ``serve`` raises DriverError when the front-end, not the card, is at fault."""

    def __init__(
        self,
        field: Field,
        key: HeldKey,
        rules: Callable[[], ReadingRules],
        trust: Callable[[], Trust],
        *,
        patience: Patience | None = None,
        clock: MonotonicClock = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._field, self._key, self._rules, self._trust = field, key, rules, trust
        self._patience = patience or Patience()
        self._clock, self._pause, self._now = clock, pause, now
        self._step = _Step.WATCHING
        self._steps: Iterator[Step] = iter(())
        self._tries_left = self._misses = 0
        self._opened_at_s = self._told_at_s = 0.0
        self._portrait_out = self._expired = False

    def serve(self, emit: Emit) -> None:
        """Do a bounded piece of work and emit what came of it."""
        match self._step:
            case _Step.WATCHING:
                self._watch(emit)
            case _Step.WANTING_KEY:
                self._want_key(emit)
            case _Step.READING:
                self._read(emit)
            case _Step.HELD:
                self._hold(emit)

    def _watch(self, emit: Emit) -> None:
        target = self._find()
        if target is None:
            return
        self._misses, self._tries_left = 0, self._patience.read_tries
        emit(DocumentPresented(self._clock()))
        if not target.iso_14443_4:
            self._fail(ReadFailed(ReadFailure.NOT_A_DOCUMENT), emit)
        elif self._key.get() is None:
            self._step = _Step.WANTING_KEY
            emit(KeyNeeded())
        else:
            self._begin(target)

    def _want_key(self, emit: Emit) -> None:
        target = self._find()
        if target is None:
            self._missed(emit)
        elif self._key.get() is not None:
            self._misses, self._tries_left = 0, self._patience.read_tries
            emit(DocumentPresented(self._clock()))
            self._begin(target)

    def _hold(self, emit: Emit) -> None:
        if self._find() is None:
            self._missed(emit)
        else:
            self._misses = 0

    def _begin(self, target: Target) -> None:
        key = self._key.get()
        assert key is not None
        self._steps = DocumentReading(self._field.activate(target), key).steps()
        self._step, self._portrait_out = _Step.READING, False
        self._tries_left -= 1

    def _read(self, emit: Emit) -> None:
        turn = Deadline.after(self._patience.turn_s, self._clock)
        try:
            while not turn.expired():
                step = next(self._steps, None)
                if step is None or self._take(step, emit):
                    return
        except (ChannelError, EmrtdError, MrzRejected) as error:
            self._went_wrong(error, emit)

    def _take(self, step: Step, emit: Emit) -> bool:
        """Emit what a step means; whether the turn is over with it."""
        match step:
            case Opened():
                self._opened_at_s = self._clock()
                self._tell(_OPENED_SHARE, emit)
            case Progress():
                self._tell(self._share(step), emit)
                return False
            case IdentityFile(zone=zone):
                identity = identity_of(zone, self._rules(), self._opened_at_s)
                self._expired = identity.validity is DocumentValidity.EXPIRED
                emit(identity)
            case PortraitFile(format=form, data=data):
                self._portrait_out = True
                emit(PortraitRead(form, data, self._clock()))
            case EvidenceRead(evidence=evidence):
                found = judge(evidence, self._trust(), self._now(), expired=self._expired)
                _log.info("document judged %s: %s", found.verdict, ", ".join(found.findings))
                self._judged(DocumentProof(found.verdict.value), emit)
        return True

    def _share(self, progress: Progress) -> float:
        if self._portrait_out:
            return 1.0
        if progress.file is not DG2:
            return _OPENED_SHARE
        return _IDENTITY_SHARE + (1.0 - _IDENTITY_SHARE) * progress.done / max(1, progress.total)

    def _tell(self, share: float, emit: Emit) -> None:
        if self._clock() - self._told_at_s >= self._patience.progress_s:
            self._told_at_s = self._clock()
            emit(ReadProgress(share))

    def _judged(self, proof: DocumentProof, emit: Emit) -> None:
        self._key.drop()
        self._step = _Step.HELD
        emit(DocumentJudged(proof, self._clock()))

    def _went_wrong(self, error: ChannelError | EmrtdError | MrzRejected, emit: Emit) -> None:
        _log.warning("document not read: %s", error.code)
        if isinstance(error, CardLost):
            self._lifted(emit)
        elif self._portrait_out:
            self._judged(DocumentProof.TECHNICAL_FAILURE, emit)
        elif isinstance(error, AccessRefused):
            self._key.drop()
            self._step = _Step.WANTING_KEY
            emit(ReadFailed(ReadFailure.KEY_REFUSED))
            emit(KeyNeeded())
        elif self._worth_another_try(error) and (target := self._find()) is not None:
            self._begin(target)
        else:
            self._fail(_failure(error), emit)

    def _worth_another_try(self, error: Exception) -> bool:
        refused = isinstance(error, CardRefused | NotAnEmrtd | UnsupportedByUs | MrzRejected)
        return self._tries_left > 0 and not refused

    def _lifted(self, emit: Emit) -> None:
        if self._portrait_out:
            self._judged(DocumentProof.TECHNICAL_FAILURE, emit)
        else:
            emit(ReadFailed(ReadFailure.LIFTED))
        self._removed(emit)

    def _fail(self, failure: ReadFailed, emit: Emit) -> None:
        self._step = _Step.HELD
        emit(failure)

    def _missed(self, emit: Emit) -> None:
        self._misses += 1
        if self._misses >= self._patience.finds_until_removed:
            self._removed(emit)

    def _removed(self, emit: Emit) -> None:
        self._step = _Step.WATCHING
        emit(DocumentRemoved())

    def _find(self) -> Target | None:
        if self._step is not _Step.READING:
            self._pause(self._patience.find_pause_s)
        try:
            return self._field.find()
        except PeerBrokeProtocol:
            return None


def _failure(error: Exception) -> ReadFailed:
    match error:
        case ChannelTimeout():
            return ReadFailed(ReadFailure.TIMED_OUT)
        case NotAnEmrtd():
            return ReadFailed(ReadFailure.NOT_A_DOCUMENT)
        case CardRefused(status_word=status):
            return ReadFailed(ReadFailure.REFUSED, status)
        case UnsupportedByUs():
            return ReadFailed(ReadFailure.REFUSED)
        case _:
            return ReadFailed(ReadFailure.GARBLED)
