"""The desk: an attendant looks a ticket up by document, code or typed number, and admits or sends on in two taps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from drivers.port import (
    CodeScanned,
    DeviceLost,
    DeviceReady,
    DocumentEvent,
    DocumentKind,
    DocumentPresented,
    IdentityRead,
    PortraitRead,
    ReadFailed,
    ScannerEvent,
    Tokenise,
)
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck
from kiosk.ledger.port import Admission, Held, Presented
from kiosk.station.desk_view import DeskState, DeskView
from kiosk.station.document import CurrentDocument
from kiosk.station.ports import Gate, Store, Timers

# Staff may let in whoever has a ticket for this show: the wrong door and a differing name are theirs to judge.
ADMISSIBLE = frozenset(
    {CheckOutcome.VALID, CheckOutcome.OTHER_GATE, CheckOutcome.NAME_DIFFERS, CheckOutcome.CODE_NEEDED}
)
FORGET_AFTER_S = 60.0


class DeskStore(Store, Protocol):
    """The desk also holds on the attendant's word, undoes, and sees what a crash left open."""

    def hold_by_staff(
        self, presented: Presented, answered: Callable[[Held], None], failed: Callable[[str], None]
    ) -> None: ...

    def undo(
        self,
        admission_id: str,
        reason: str,
        by: str,
        answered: Callable[[bool], None],
        failed: Callable[[str], None],
    ) -> None: ...

    def unconfirmed(self, answered: Callable[[list[Admission]], None]) -> None: ...


class DeskWindowPort(Protocol):
    def show_view(self, view: DeskView) -> None: ...


class Desk:
    """One attendant's desk. Call only from the window's thread. It never touches the face lane."""

    def __init__(
        self,
        window: DeskWindowPort,
        store: DeskStore,
        gate: Gate,
        timers: Timers,
        tokenise: Tokenise,
        describe: Callable[[Admission], str],
    ) -> None:
        self._window, self._store, self._gate, self._timers = window, store, gate, timers
        self._tokenise, self._describe = tokenise, describe
        self._document = CurrentDocument()
        self._typed: Presented | None = None
        self._view = DeskView(DeskState.WAITING)
        self._number = 0
        self._admission_id = ""

    @property
    def view(self) -> DeskView:
        return self._view

    def start(self) -> None:
        self._rest()

    # --- what is presented -----------------------------------------------------------------------

    def on_document(self, event: DocumentEvent) -> None:
        match event:
            case DeviceReady():
                self._show(replace(self._view, reader_online=True))
            case DeviceLost():
                self._show(replace(self._view, reader_online=False))
            case DocumentPresented():
                self._rest()
                self._show(replace(self._view, state=DeskState.READING))
            case IdentityRead():
                self._document.identity_read(event)
                self._show(
                    replace(
                        self._view,
                        masked_name=event.masked_name,
                        age_ok=event.age_ok,
                        document_validity=event.validity,
                    )
                )
                self._look_up(self._document.presented())
            case PortraitRead():
                event.data.wipe()  # the desk compares by eye with the document in hand
            case ReadFailed(reason=reason):
                self._show(replace(self._view, state=DeskState.TROUBLE, trouble=f"document.{reason}"))
            case _:
                pass

    def on_scanner(self, event: ScannerEvent) -> None:
        if isinstance(event, CodeScanned):
            self.on_code(event.untrusted_code)

    def on_code(self, untrusted_code: str) -> None:
        self._document.code_scanned(untrusted_code)
        self._look_up(self._document.presented())

    def on_number(self, kind: str, number: str) -> None:
        """A number typed for a forgotten card; tokenised at once, the digits are not kept."""
        self._rest()
        state = "CHN" if kind.startswith("cn-") else ""
        self._typed = Presented(token=self._tokenise(DocumentKind(kind), state, number))
        self._look_up(self._typed)

    # --- what the attendant does -----------------------------------------------------------------

    def on_admit(self) -> None:
        if not self._view.can_admit:
            return
        number = self._number
        presented = self._typed or self._document.presented()
        self._show(replace(self._view, can_admit=False))
        self._store.hold_by_staff(presented, lambda held: self._on_held(number, held), self._trouble)

    def on_supervisor(self) -> None:
        self._forget()
        self._show(replace(self._view, state=DeskState.TO_SUPERVISOR, can_admit=False))
        self._timers.start("forget", FORGET_AFTER_S)

    def on_next(self) -> None:
        self._rest()

    def on_undo(self) -> None:
        if self._view.can_undo and self._admission_id:
            admission_id, self._admission_id = self._admission_id, ""
            self._store.undo(admission_id, "desk", "attendant", lambda done: self._rest(), self._trouble)

    def on_timer(self, name: str) -> None:
        if name == "forget":
            self._rest()

    # --- answers ---------------------------------------------------------------------------------

    def _look_up(self, presented: Presented) -> None:
        number = self._number

        def answered(check: TicketCheck) -> None:
            if number == self._number:
                self._facts(check)

        self._store.look_up(presented, answered, self._trouble)

    def _facts(self, check: TicketCheck) -> None:
        ticket = check.ticket
        self._show(
            replace(
                self._view,
                state=DeskState.FACTS,
                outcome=check.outcome,
                name_agrees=check.name_agrees,
                ticket_reference_end=ticket.reference[-4:] if ticket else "",
                session=ticket.session if ticket else "",
                gate_group=ticket.gate_group if ticket else "",
                seat_area=ticket.seat_area if ticket else "",
                earlier_use=check.earlier_use,
                can_admit=check.outcome in ADMISSIBLE and ticket is not None,
                trouble="",
            )
        )
        self._timers.start("forget", FORGET_AFTER_S)

    def _on_held(self, number: int, held: Held) -> None:
        if held.hold is None:
            self._facts(held.check)
            return
        if number != self._number:
            self._store.release(held.hold.hold_id)
            return
        self._store.commit(held.hold.hold_id, Lane.STAFF, self._on_commit, self._trouble)

    def _on_commit(self, answer: Admission | CheckOutcome) -> None:
        if not isinstance(answer, Admission):
            self._show(replace(self._view, outcome=answer, can_admit=False))
            return
        self._admission_id = answer.admission_id
        self._forget()
        self._show(replace(self._view, state=DeskState.ADMITTED, can_admit=False, can_undo=True))
        self._gate.open_for(answer.admission_id)
        self._refresh_unconfirmed()

    def _trouble(self, code: str) -> None:
        self._show(replace(self._view, state=DeskState.TROUBLE, trouble=f"store.{code}", can_admit=False))

    def _refresh_unconfirmed(self) -> None:
        def answered(admissions: list[Admission]) -> None:
            lines = tuple(self._describe(admission) for admission in admissions)
            self._show(replace(self._view, unconfirmed=lines))

        self._store.unconfirmed(answered)

    def _forget(self) -> None:
        self._document.forget()
        self._typed = None

    def _rest(self) -> None:
        self._number += 1
        self._admission_id = ""
        self._forget()
        self._timers.cancel_all()
        self._show(
            DeskView(DeskState.WAITING, reader_online=self._view.reader_online, unconfirmed=self._view.unconfirmed)
        )
        self._refresh_unconfirmed()

    def _show(self, view: DeskView) -> None:
        self._view = view
        self._window.show_view(view)
