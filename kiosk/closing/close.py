"""Closing an event: its key and its data destroyed, then looked for. Begun once, it can only be finished.

Steps, each noted before it begins and safe to repeat; a closing that was cut short starts again from the first:

1. STOPPING   the state says CLOSING, stations see it and let go of key and ledger; they are waited for, not forced.
2. COUNTING   numbers for the report, while the ledger can be read. The key stays closed: numbers are not sealed.
3. KEY        every copy of the event's key is overwritten and removed: nothing sealed can be read again, anywhere.
4. FILES      everything of the event that is not kept is overwritten and removed.
5. LOOKING    an independent look. Only when it finds nothing is the event WIPED; otherwise it stays CLOSING.

On flash media overwriting does not reach old cells: there the key's destruction is the effective step. No step needs
new room on the disk (see ``kiosk.closing.reserve``), and a log that cannot be written stops none.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from kiosk.audit.catalogue import Kind
from kiosk.audit.fields import Value
from kiosk.audit.port import Audit, NoAudit
from kiosk.audit.survived import Survived
from kiosk.closing.bound import BoundUnusable, is_missed, read_bound
from kiosk.closing.certificate import Issued, Issuer, PaperMaker
from kiosk.closing.destroying import remove_files
from kiosk.closing.journal import Approval, Because, Begun, HandedOut, Journal, Noted, Step, forget_journal
from kiosk.closing.leftovers import KEPT_PER_EVENT, LeftoverReport, Verdict, find_leftovers
from kiosk.closing.lock import closing_alone
from kiosk.closing.open_files import held_open
from kiosk.closing.reserve import move_to_closing
from kiosk.closing.state import OVER, EventState, WrongState, move, state_at, write_whole
from kiosk.config.places import RESERVED_IDS, EventPlace
from kiosk.holding.numbers import held_counts, items
from kiosk.ledger.numbers import count_tickets
from kiosk.ledger.port import LedgerUnavailable
from kiosk.vault.copies import copies_of_key, destroy_copies, fingerprint_in, protection_of
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed
from kiosk.vault.protection import Protection

WAIT_FOR_STATIONS_S = 15.0
_LOOK_AGAIN_S = 0.1

Progress = Callable[[Step, float], None]
"""Called at the beginning of each step, and with how much of it is done, 0..1, while files are removed."""


@dataclass(frozen=True)
class ClosingReport:
    """What was done and what was found. ``counts``: numbers of the event, without those of its
    tickets when the ledger could not be read; None when there are none.

    ``key_seen``: this closing, or one that was cut short, found the key's file. Without it nobody can say that the key
    is gone (it may lie in another folder), and the verdict is not PASS; ``key_lost`` ends the event nevertheless.
    ``store_missed``: the same of its tickets; ``tickets``: how many there should have been, None where nobody knows.
    ``steps``: also those of closings that were cut short. ``resumed``: how often it was taken up again.
    ``log_faults``: why the audit log lacks records of this closing, by code.
    """

    verdict: Verdict
    counts: dict[str, int] | None
    key_fingerprint: str
    files_removed: int
    stations_still_open: int
    look: LeftoverReport
    key_seen: bool = True
    because: Because = Because.ASKED
    steps: tuple[Begun, ...] = ()
    resumed: int = 0
    handed_out: tuple[HandedOut, ...] = ()
    key_lost: Approval | None = None
    protection: Protection | None = None
    tickets: int | None = None
    store_missed: bool = False
    certificate: Issued | None = None
    log_faults: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Nothing is left to be done: the event may be called WIPED."""
        if self.verdict is Verdict.PASS:
            return True
        return self.key_lost is not None and self.look.only_lost_things_unknown

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict.value, "look": self.look.as_dict()}


def close_event(
    place: EventPlace,
    progress: Progress = lambda step, share: None,
    *,
    needles: Iterable[str | bytes] = (),
    wait_s: float = WAIT_FOR_STATIONS_S,
    audit: Audit | None = None,
    by: str = "system",
    because: Because = Because.ASKED,
    key_lost: Approval | None = None,
    make_paper: PaperMaker | None = None,
    now: Callable[[], float] = time.time,
) -> ClosingReport:
    """Destroy the event at ``place``. The caller has closed its own ledger.

    ``key_lost``: two people say that the key's file, or the ticket store, cannot be found anywhere; then the event ends
    although nobody measured that it is gone, and its verdict stays UNKNOWN. ``make_paper``: how the certificate's PDF
    is painted; None leaves that for later.

    Raises WrongState when the event is wiped already or was never here, ClosingElsewhere, OSError when not even the
    state can be written.
    """
    if place.event_id in RESERVED_IDS or not place.folder.is_dir():
        raise WrongState(EventState.WIPED)
    with closing_alone(place.folder):
        if state_at(place) in OVER:
            raise WrongState(EventState.WIPED)
        log = audit or NoAudit()
        told = _Told(log, by, place.event_id)
        issuer = Issuer(place, log, by, make_paper, told.survived)
        return _Closing(place, progress, told, issuer, now).run(tuple(needles), wait_s, because, key_lost)


class _Told:
    """The audit log, as far as it can be written: destroying never waits for it."""

    def __init__(self, audit: Audit, by: str, event_id: str) -> None:
        self._audit, self._by, self._event_id = audit, by, event_id
        self.survived = Survived()

    def __call__(self, kind: Kind, *, success: bool = True, **fields: Value) -> None:
        with self.survived():
            self._audit.write(kind, self._by, self._event_id, success=success, **fields)


class _Closing:
    """One run through the steps."""

    def __init__(
        self, place: EventPlace, progress: Progress, told: _Told, issuer: Issuer, now: Callable[[], float]
    ) -> None:
        self._place, self._progress, self._told, self._issuer, self._now = place, progress, told, issuer, now
        self._journal = Journal(place.journal_file)

    def run(
        self, needles: tuple[str | bytes, ...], wait_s: float, because: Because, key_lost: Approval | None
    ) -> ClosingReport:
        place = self._place
        stations = self._stop(wait_s, because, key_lost)
        self._count()
        self._destroy_key()
        self._remove_files()
        self._begin(Step.LOOKING)
        noted = self._journal.noted
        look = find_leftovers(place.data_dir, needles, key_dir=place.key_dir, event_id=place.event_id, finished=False)
        look.key_never_seen = None if noted.key_seen else str(place.key_file)
        look.store_missed = str(place.ledger_file) if noted.store_missed else None
        report = self._end(_report(look, noted, stations))
        self._progress(Step.DONE, 1.0)
        return report

    def _begin(self, step: Step) -> None:
        self._progress(step, 0.0)
        self._note_begun(step)

    def _note_begun(self, step: Step) -> None:
        self._journal.begin(step, self._now())
        self._told(Kind.WIPE_STEP, step=step.value)

    def _stop(self, wait_s: float, because: Because, key_lost: Approval | None) -> int:
        """Say CLOSING and wait until no other process holds a file of the event; how many still do."""
        place = self._place
        self._progress(Step.STOPPING, 0.0)
        move_to_closing(place.folder, place.state_file)
        steps = self._journal.noted.steps
        if steps:
            self._journal.note(resumed=self._journal.noted.resumed + 1)
            self._told(Kind.WIPE_RESUMED, step=steps[-1].step.value)
        else:
            self._journal.note(because=because)
            self._told(Kind.EVENT_CLOSING, reason=because.value)
        if key_lost is not None:
            self._journal.note(key_lost=key_lost)
        self._note_begun(Step.STOPPING)
        until_s = time.monotonic() + wait_s
        while held_open(place.folder) and time.monotonic() < until_s:
            time.sleep(_LOOK_AGAIN_S)
        return len(held_open(place.folder))

    def _count(self) -> None:
        """Numbers and the key's fingerprint, unless an earlier closing has begun to overwrite the ledger."""
        self._begin(Step.COUNTING)
        noted, place = self._journal.noted, self._place
        tickets = None
        if not noted.has_begun(Step.FILES) or noted.store_missed:
            tickets = _tickets(place)
            self._journal.note(counts={**held_counts(place), **(noted.counts or {}), **(tickets or {})} or None)
        if not noted.has_begun(Step.KEY) or noted.store_missed:  # the bound record goes with the key
            expected = _expected(place, noted)
            self._journal.note(tickets=expected, store_missed=is_missed(place, expected, tickets))
        self._journal.note(
            key_seen=noted.key_seen or bool(copies_of_key(place)),
            key_fingerprint=noted.key_fingerprint or _fingerprint(place),
            protection=noted.protection or _protection(place),
        )

    def _destroy_key(self) -> None:
        """Remove every copy whatever state it is in. One that cannot be removed is found by the look."""
        self._begin(Step.KEY)
        there = len(copies_of_key(self._place))
        destroy_copies(self._place)
        left = len(copies_of_key(self._place))
        if there:
            known = self._journal.noted.key_fingerprint
            named: dict[str, Value] = {"fingerprint": known} if known else {}
            self._told(Kind.KEY_DESTROYED, success=not left, copies=there - left, **named)

    def _remove_files(self) -> None:
        self._begin(Step.FILES)
        folder = self._place.folder
        held = len(items(self._place))
        removed = remove_files(folder, KEPT_PER_EVENT, lambda share: self._progress(Step.FILES, share))
        if held:
            self._told(Kind.HOLD_DROPPED, count=held - len(items(self._place)), reason="closed")
        self._journal.note(files_removed=self._journal.noted.files_removed + removed)

    def _end(self, report: ClosingReport) -> ClosingReport:
        """Certificate and report, on disk; then, if it is over, the state; then the certificate's paper."""
        place, look = self._place, report.look
        passed = report.verdict is Verdict.PASS
        found = {"leftovers": len(look.leftovers), "files": look.files_read}
        verdict = report.verdict.value.lower()
        self._told(Kind.WIPE_VERIFIED if passed else Kind.WIPE_FAILED, success=passed, verdict=verdict, **found)
        issued = self._issuer.issue(report, self._now())
        certified = replace(report, certificate=issued, log_faults=self._told.survived.codes)
        self._write(certified)
        if report.is_over:
            move(place.state_file, EventState.WIPED)
            forget_journal(place)  # a cut before this leaves one, which goes when what was cut short is swept away
            self._told(Kind.EVENT_WIPED, verdict=verdict)
        return self._with_paper(certified)

    def _with_paper(self, report: ClosingReport) -> ClosingReport:
        if report.certificate is None:
            return report
        painted = replace(
            report, certificate=self._issuer.paint(report.certificate), log_faults=self._told.survived.codes
        )
        if painted != report:
            with suppress(OSError):  # the report that lies there lacks the paper and the last fault of the log only
                self._write(painted)
        return painted

    def _write(self, report: ClosingReport) -> None:
        write_whole(self._place.report_file, json.dumps(report.as_dict(), indent=2) + "\n")


def _report(look: LeftoverReport, noted: Noted, stations: int) -> ClosingReport:
    return ClosingReport(
        verdict=look.verdict,
        counts=noted.counts,
        key_fingerprint=noted.key_fingerprint,
        files_removed=noted.files_removed,
        stations_still_open=stations,
        look=look,
        key_seen=noted.key_seen,
        because=noted.because,
        steps=noted.steps,
        resumed=noted.resumed,
        handed_out=noted.handed_out,
        key_lost=noted.key_lost,
        protection=noted.protection,
        tickets=noted.tickets,
        store_missed=noted.store_missed,
    )


def _tickets(place: EventPlace) -> dict[str, int] | None:
    if not place.ledger_file.exists():
        return None
    try:
        return count_tickets(place.ledger_file)
    except LedgerUnavailable:
        return None


def _expected(place: EventPlace, noted: Noted) -> int | None:
    """How many tickets there were at least; None where nothing signed says so."""
    try:
        bound = read_bound(place)
    except BoundUnusable:
        return noted.tickets
    return noted.tickets if bound is None else bound.tickets


def _protection(place: EventPlace) -> Protection | None:
    try:
        return protection_of(place.key_file)
    except (KeysDestroyed, KeyFileUnusable):
        return None


def _fingerprint(place: EventPlace) -> str:
    try:
        return fingerprint_in(place)
    except (KeysDestroyed, KeyFileUnusable):
        return ""
