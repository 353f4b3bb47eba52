"""The desk: an attendant looks a ticket up by document, code or typed number, and admits or sends on in two taps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from drivers.port import (
    CodeScanned,
    DeviceLost,
    DeviceReady,
    DocumentEvent,
    DocumentJudged,
    DocumentKind,
    DocumentPresented,
    DocumentProof,
    IdentityRead,
    IdToken,
    KeyNeeded,
    KeyTaken,
    KeyUnreadable,
    PortraitRead,
    ReadFailed,
    ReadProgress,
    ScannerEvent,
    Tokenise,
)
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.ledger.port import Admission, Found, Held, PartyRefused, Presented
from kiosk.station.desk_facts import PENDING, SUSPECT, identified, with_facts
from kiosk.station.desk_view import DeskState, DeskView, FoundTicket, PortraitLook, QueueView, WaitingCall
from kiosk.station.document import CurrentDocument
from kiosk.station.party import Party
from kiosk.station.ports import TOO_LATE, DeskStore, DeskWindow, Gate, PortraitDisplay, Serving, Timers

T = TypeVar("T")

FORGET_AFTER_S = 60.0
FORGET_PARTY_AFTER_S = 120.0
PORTRAIT_S = 30.0
"""How long a portrait is kept for the officer, from its reading (R-34)."""
LOOK_AFTER_GATES_S = 10.0
SERVICE_CLOSED = "service.closed"
ENDS = frozenset({DeskState.ADMITTED, DeskState.OUT, DeskState.TO_SUPERVISOR, DeskState.REFUSED, DeskState.TROUBLE})
WITH_A_PORTRAIT = frozenset({DeskState.READING, DeskState.FACTS})
AT_SOMEBODY = frozenset({DeskState.READING, DeskState.FACTS, DeskState.TROUBLE})


class Desk:
    """One attendant's desk. Call only from the window's thread. It never touches the face lane.

    Every question to the store carries a number; an answer to any but the newest question finds nobody, so nothing of
    one person reaches the screen of the next. What is admitted is exactly what the facts on the screen were made from.
    """

    def __init__(
        self,
        window: DeskWindow,
        store: DeskStore,
        gate: Gate,
        timers: Timers,
        tokenise: Tokenise,
        describe: Callable[[Admission], str],
        queue: Serving | None = None,
        entries: int | None = 1,
        portraits: PortraitDisplay | None = None,
    ) -> None:
        self._window, self._store, self._gate, self._timers = window, store, gate, timers
        self._tokenise, self._describe, self._queue = tokenise, describe, queue
        self._entries = entries
        self._portraits = portraits  # None: officers of this event see none
        self._party, self._reference = Party(), ""
        self._codes: dict[str, str] = {}  # of what a search found
        self._document = CurrentDocument()
        self._typed: IdToken | None = None
        self._looked_up: Presented | None = None
        self._view = DeskView(DeskState.WAITING)
        self._question = 0
        self._admission_ids: tuple[str, ...] = ()
        self._check: TicketCheck | None = None  # of whoever is on the screen
        self._serving, self._ended = True, False

    @property
    def view(self) -> DeskView:
        return self._view

    def start(self) -> None:
        self._rest()

    # --- service ---------------------------------------------------------------------------------

    def on_service(self, is_open: bool) -> None:
        """The desk serves while its event is open."""
        self._serving = is_open and not self._ended
        self._party.dissolve()
        self._rest()

    def on_service_ended(self) -> None:
        """The event is being closed for good: forget, and let go of ledger and key."""
        self._ended, self._serving = True, False
        self._party.dissolve()
        self._rest()
        self._store.let_go()

    # --- what is presented -----------------------------------------------------------------------

    def on_document(self, event: DocumentEvent) -> None:
        match event:
            case DeviceReady():
                self._show(replace(self._view, reader_online=True))
            case DeviceLost():
                self._put_portrait_away()
                self._show(replace(self._view, reader_online=False))
                self._unreadable("reader_lost")
            case DocumentPresented():
                self._on_presented()
            case IdentityRead():
                self._on_identity(event)
            case PortraitRead():
                self._on_portrait(event)
            case ReadFailed(reason=reason):
                self._unreadable(reason)
            case _:
                self._on_chip(event)

    def _on_chip(self, event: DocumentEvent) -> None:
        """What documents with a chip say besides."""
        view = self._view
        match event:
            case KeyNeeded() if self._serving:
                self._enter(replace(self._cleared(), key_wanted=True))
                self._document.put_down()
            case KeyTaken():
                self._show(replace(view, key_wanted=False, key_unreadable=False))
            case KeyUnreadable() if view.state is DeskState.WAITING:
                self._show(replace(view, key_unreadable=True))
            case ReadProgress(share=share) if view.state is DeskState.READING:
                self._show(replace(view, reading_share=share))
            case DocumentJudged(proof=proof) if self._document.known:
                self._judged(proof)

    def _judged(self, proof: DocumentProof) -> None:
        if proof in SUSPECT:  # nobody is compared with a portrait that may have been put there
            self._put_portrait_away()
        judged = replace(self._view, proof=proof.value)
        if self._check is not None and judged.state is DeskState.FACTS:
            judged = with_facts(judged, self._check, self._entries)
        self._show(judged)

    def on_key_refused(self) -> None:
        """What was typed to open a chip cannot be right."""
        self._show(replace(self._view, key_unreadable=True))

    def _on_presented(self) -> None:
        fresh = self._cleared()
        if self._serving:
            self._document.put_down()
            fresh = replace(fresh, state=DeskState.READING)
        self._enter(fresh)

    def _on_identity(self, identity: IdentityRead) -> None:
        if self._document.identity_read(identity):
            self._put_portrait_away()
            proof = PENDING if identity.to_be_proved else ""
            read = replace(self._view, masked_name=identity.masked_name, age_ok=identity.age_ok, proof=proof)
            self._show(replace(read, document_validity=identity.validity))
            self._look_up()

    def _on_portrait(self, portrait: PortraitRead) -> None:
        """Kept for the officer's eye where the event says so, for a while; overwritten at once everywhere else."""
        if self._portraits is None or self._view.state not in WITH_A_PORTRAIT or self._view.proof in SUSPECT:
            portrait.data.wipe()
        elif self._document.portrait_read(portrait):
            self._timers.start("portrait", PORTRAIT_S)
            self._show(replace(self._view, portrait=PortraitLook.OFFERED))

    def _unreadable(self, reason: str) -> None:
        if self._view.state is DeskState.READING:
            self._in_trouble(f"document.{reason}")

    def on_scanner(self, event: ScannerEvent) -> None:
        if isinstance(event, CodeScanned):
            self.on_code(event.untrusted_code)

    def on_code(self, untrusted_code: str) -> None:
        """A code scanned or typed: it joins the document that lies there, unless that has one already."""
        if not self._serving:
            return
        joins = self._document.known or self._typed is not None or self._view.state is DeskState.READING
        if not joins or self._document.code_known or self._view.state in ENDS:
            self._rest()
        self._document.code_scanned(untrusted_code)
        self._look_up()

    def on_typed(self, untrusted_text: str) -> None:
        """A ticket code typed; or, where nobody's document lies there, an order number, a seat or a full name."""
        if not self._serving:
            return
        if self._document.known or self._typed is not None:
            self.on_code(untrusted_text)
            return
        self._rest()
        question = self._asking()

        def answered(found: Found) -> None:
            self._on_found(untrusted_text, found)

        failed = self._if_newest(question, self._store_trouble)
        self._store.search(untrusted_text, self._if_newest(question, answered), failed)

    def _on_found(self, untrusted_text: str, found: Found) -> None:
        if len(found.hits) < 2:
            self.on_code(found.hits[0].code if found.hits else untrusted_text)
            return
        self._codes = {str(number): hit.code for number, hit in enumerate(found.hits)}
        shown = tuple(
            FoundTicket(str(number), hit.masked_name, hit.seat_area, hit.gate_group)
            for number, hit in enumerate(found.hits)
        )
        self._enter(replace(self._view, found=shown, found_more=found.more))

    def on_found_chosen(self, key: str) -> None:
        """One of the tickets that a search found."""
        if key in self._codes:
            self.on_code(self._codes[key])

    def on_number(self, kind: str, number: str) -> None:
        """A number typed for a forgotten card; tokenised at once, the digits are not kept."""
        if not self._serving:
            return
        self._rest()
        state = "CHN" if kind.startswith("cn-") else ""
        self._typed = self._tokenise(DocumentKind(kind), state, number)
        self._look_up()

    # --- what the attendant does -----------------------------------------------------------------

    def on_admit(self) -> None:
        """While a party is gathered, whoever is on the screen joins it."""
        if len(self._party):
            self.on_gather()
            return
        if not self._view.can_admit or self._looked_up is None:
            return
        self._put_portrait_away()
        self._show(replace(self._view, can_admit=False))
        question = self._asking()
        self._store.hold_by_staff(
            self._looked_up, lambda held: self._on_held(question, held), self._if_newest(question, self._store_trouble)
        )

    def on_admit_again(self, reason: str) -> None:
        """Admit on a ticket that has been used. ``reason``: an Again value; the earlier use is set aside.

        Only a supervisor takes that back: an undo would free a ticket on which somebody may be inside.
        """
        if not self._view.can_admit_again or self._looked_up is None:
            return
        self._put_portrait_away()
        self._show(replace(self._view, can_admit_again=False))
        question = self._asking()
        failed = self._if_newest(question, self._store_trouble)
        self._store.admit_again(self._looked_up, reason, lambda answer: self._on_again(question, answer), failed)

    def on_correct(self, reason: str, done: Callable[[bool], None]) -> None:
        """Bind the ticket to the document that lies here, then look it up again.

        ``done`` hears, whoever is here by then.
        """
        if self._view.state is not DeskState.FACTS or self._looked_up is None or not identified(self._view):
            return
        self._put_portrait_away()
        question = self._asking()
        look_up = self._if_newest(question, lambda changed: self._look_up())

        def answered(changed: bool) -> None:
            done(changed)
            look_up(changed)

        failed = self._if_newest(question, self._store_trouble)
        self._store.correct(self._looked_up, reason, answered, failed)

    def on_erase(self, done: Callable[[bool], None]) -> None:
        """Erase the ticket's data at the request of whoever is here; nothing of them stays on the screen.

        ``done`` hears, whoever is here by then. Of a number that was typed nothing is erased: it may be anybody's.
        """
        if self._view.state is not DeskState.FACTS or self._looked_up is None:
            return
        if not identified(self._view):
            done(False)
            return
        self._put_portrait_away()
        question = self._asking()
        rest = self._if_newest(question, lambda erased: self._rest())

        def answered(erased: bool) -> None:
            rest(erased)
            done(erased)

        failed = self._if_newest(question, self._store_trouble)
        self._store.erase(self._looked_up, answered, failed)

    def on_withdrawn(self) -> None:
        """Whoever is here takes back a consent that came with the ticket, if one did."""
        if self._view.state is DeskState.FACTS and self._reference:
            self._store.void_prior(self._reference)

    def on_supervisor(self) -> None:
        if self._serving and self._view.state in AT_SOMEBODY:
            self._send_on(DeskState.TO_SUPERVISOR)

    def on_refused(self) -> bool:
        """A supervisor refused the person here: the ticket is not used, and nothing of them stays. False for nobody."""
        if not (self._serving and self._view.state in AT_SOMEBODY):
            return False
        self._send_on(DeskState.REFUSED)
        return True

    def on_portrait(self) -> None:
        """Show the portrait of the document that lies there, or put it away for good."""
        if self._view.at_portrait:
            self._put_portrait_away()
        elif self._view.can_see_portrait and self._portraits is not None:
            portrait = self._document.hand_over_portrait()
            if portrait is not None:
                self._show(replace(self._view, portrait=PortraitLook.COMING))
                self._portraits.show(portrait, self._on_portrait_shown)

    def _on_portrait_shown(self, shown: bool) -> None:
        self._show(replace(self._view, portrait=PortraitLook.SHOWN if shown else PortraitLook.FAILED))

    def on_next(self) -> None:
        """The next person; those who were gathered stay."""
        self._rest()

    def on_left(self) -> None:
        """Whoever worked here went, or nobody came for long: nothing of anybody stays."""
        self._party.dissolve()
        self._rest()

    def on_undo(self) -> None:
        """All that the last act admitted."""
        if not (self._view.can_undo and self._admission_ids):
            return
        admission_ids, self._admission_ids = self._admission_ids, ()
        self._show(replace(self._view, can_undo=False))
        question = self._asking()
        done, failed = self._if_newest(question, lambda done: self._rest()), self._store_trouble
        for admission_id in admission_ids:
            last = admission_id == admission_ids[-1]
            failed_at = self._if_newest(question, failed)
            self._store.undo(admission_id, "desk", "attendant", done if last else _ignore, failed_at)

    def on_gather(self) -> None:
        """Whoever is on the screen comes in together with others."""
        if self._view.can_gather and self._looked_up is not None:
            self._party.gather(self._view, self._reference, self._looked_up)
            self._rest()

    def on_left_out(self, key: str) -> None:
        """One of those gathered is not coming in with them after all."""
        if not self._party.asking:
            self._party.leave_out(key)
            self._show(self._view)

    def on_admit_party(self) -> None:
        if not self._view.party_ready:
            return
        question = self._asking()
        self._party.asking = True
        self._show(self._view)
        failed = self._if_newest(question, self._party_failed)
        self._store.admit_party(self._party.presented(), lambda answer: self._on_party(question, answer), failed)

    def on_exit(self) -> None:
        """Whoever is on the screen goes out, and may come in again."""
        if not self._view.can_exit or self._looked_up is None:
            return
        self._put_portrait_away()
        self._show(replace(self._view, can_exit=False))
        question = self._asking()
        answered = self._if_newest(question, self._on_out)
        self._store.exit(self._looked_up, answered, self._if_newest(question, self._store_trouble))

    def on_timer(self, name: str) -> None:
        if name == "forget":
            self.on_left()
        elif name == "gates":
            self._look_after_gates()
        elif name == "portrait":
            self._put_portrait_away()

    def on_calls(self, calls: tuple[WaitingCall, ...]) -> None:
        """Gates wait for staff, oldest first: shown whatever else is on the screen."""
        self._show(replace(self._view, calls=() if self._ended else calls))

    def on_queue(self, queue: QueueView) -> None:
        """Who waits to be called up, and who is served."""
        self._show(replace(self._view, queue=None if self._ended else queue))

    # --- asking and hearing ----------------------------------------------------------------------

    def _asking(self) -> int:
        self._question += 1
        return self._question

    def _if_newest(self, question: int, call: Callable[[T], None]) -> Callable[[T], None]:
        def guarded(answer: T) -> None:
            if question == self._question:
                call(answer)

        return guarded

    def _look_up(self) -> None:
        question = self._asking()
        presented = self._document.presented()
        if self._typed is not None:
            presented = replace(presented, token=self._typed)
        self._looked_up = presented
        self._show(replace(self._view, can_admit=False, can_admit_again=False))
        self._store.look_up(
            presented, self._if_newest(question, self._facts), self._if_newest(question, self._store_trouble)
        )

    def _facts(self, check: TicketCheck) -> None:
        self._reference = check.ticket.reference if check.ticket else ""
        self._check = check
        self._enter(with_facts(replace(self._view, document_read=self._document.known), check, self._entries))

    def _on_out(self, went: bool) -> None:
        if went:
            self._forget()
            self._enter(replace(self._view, state=DeskState.OUT, earlier_use=None))
        else:  # somebody was quicker: the facts say what is true now
            self._look_up()

    def _on_party(self, question: int, answer: tuple[Admission, ...] | PartyRefused) -> None:
        if isinstance(answer, PartyRefused):
            self._if_newest(question, self._party_refused)(answer)
        elif question != self._question:
            for admission in answer:
                self._store.undo(admission.admission_id, TOO_LATE, "desk", _ignore, _ignore)
        else:
            outcome, heads = self._party.outcome, len(answer)
            self._party.dissolve()
            self._admission_ids = tuple(admission.admission_id for admission in answer)
            self._enter(replace(self._view, state=DeskState.ADMITTED, outcome=outcome, heads=heads, can_undo=True))
            self._gate.open_for_all(self._admission_ids)

    def _party_refused(self, answer: PartyRefused) -> None:
        self._party.refused(answer)
        self._show(self._view)

    def _party_failed(self, code: str) -> None:
        self._party.asking = False
        self._store_trouble(code)

    def _on_held(self, question: int, held: Held) -> None:
        if held.hold is None:
            self._if_newest(question, self._facts)(held.check)
        elif question != self._question:
            self._store.release(held.hold.hold_id)
        else:
            failed = self._if_newest(question, self._store_trouble)
            self._store.commit(held.hold.hold_id, Lane.STAFF, lambda answer: self._on_commit(question, answer), failed)

    def _on_commit(self, question: int, answer: Admission | CheckOutcome) -> None:
        if not isinstance(answer, Admission):
            refused = replace(self._view, outcome=answer, can_admit=False)
            self._if_newest(question, self._show)(refused)
        elif question != self._question:  # the screen is somebody else's by now: nobody was told, nobody comes in
            self._store.undo(answer.admission_id, TOO_LATE, "desk", _ignore, _ignore)
        else:
            self._forget()
            self._admission_ids = (answer.admission_id,)
            self._let_in(answer.admission_id)

    def _on_again(self, question: int, answer: Admission | TicketCheck) -> None:
        """One that comes too late stays: the ticket was used before, and staff see that its gate was not opened."""
        if question != self._question:
            return
        if isinstance(answer, TicketCheck):
            self._facts(answer)
        else:
            self._forget()
            self._let_in(answer.admission_id)

    def _let_in(self, admission_id: str) -> None:
        """By the gate that sent them, where one did; else by the desk's own."""
        from_gate = self._queue is not None and self._queue.serving
        can_undo = bool(self._admission_ids)
        self._enter(replace(self._view, state=DeskState.ADMITTED, can_undo=can_undo, from_gate=from_gate))
        if self._queue is not None and from_gate:
            self._queue.admitted(admission_id)
        else:
            self._gate.open_for(admission_id)

    def _send_on(self, state: DeskState) -> None:
        """Nobody goes in: the gate that sent the person must not open for whoever is admitted here next."""
        self._enter(replace(self._cleared(), state=state))
        if self._queue is not None:
            self._queue.sent_on()

    def _store_trouble(self, code: str) -> None:
        self._in_trouble(f"store.{code}")

    def _in_trouble(self, trouble: str) -> None:
        self._enter(replace(self._cleared(), state=DeskState.TROUBLE, trouble=trouble))

    def _look_after_gates(self) -> None:
        """Also what the gate's own process left open when it was started again."""
        if self._ended:
            return

        def answered(admissions: list[Admission]) -> None:
            lines = tuple(self._describe(admission) for admission in admissions)
            if lines != self._view.unconfirmed:
                self._show(replace(self._view, unconfirmed=lines))

        self._store.unconfirmed(answered)
        self._timers.start("gates", LOOK_AFTER_GATES_S)

    # --- resting ---------------------------------------------------------------------------------

    def _put_portrait_away(self) -> None:
        """Overwritten here, on the way and on the screen."""
        self._document.drop_portrait()
        if self._portraits is not None:
            self._portraits.put_away()
        if self._view.portrait is not PortraitLook.NONE:
            self._show(replace(self._view, portrait=PortraitLook.NONE))

    def _forget(self) -> None:
        self._put_portrait_away()
        self._document.forget()
        self._typed = self._looked_up = self._check = None
        self._reference, self._codes = "", {}

    def _rest(self) -> None:
        self._show(self._cleared())
        if len(self._party):
            self._timers.start("forget", FORGET_PARTY_AFTER_S)
        self._look_after_gates()

    def _cleared(self) -> DeskView:
        """Nothing of the last person is left, and no answer about them finds anybody; the view to go on from."""
        self._asking()
        self._admission_ids = ()
        self._party.asking = False
        self._forget()
        self._timers.cancel_all()
        state = DeskState.WAITING if self._serving else DeskState.TROUBLE
        trouble = "" if self._serving else SERVICE_CLOSED
        fresh = DeskView(state, reader_online=self._view.reader_online, trouble=trouble)
        if self._ended:
            return fresh
        before = self._view
        return replace(fresh, unconfirmed=before.unconfirmed, calls=before.calls, queue=before.queue)

    def _enter(self, view: DeskView) -> None:
        """Show one person's state; it does not stay."""
        self._show(view)
        self._timers.start("forget", FORGET_AFTER_S)
        self._timers.start("gates", LOOK_AFTER_GATES_S)

    def _show(self, view: DeskView) -> None:
        self._view = self._party.shown_on(view, self._reference)
        self._window.show_view(self._view)


def _ignore(answer: object) -> None:
    """An admission that could not be undone stays on the list of unconfirmed gates."""
