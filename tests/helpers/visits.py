"""Ready-made events and a small driver for stories about one visit."""

from __future__ import annotations

from drivers.port import DocumentValidity
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, TicketCheck, TicketFacts
from kiosk.visit import effects as ef
from kiosk.visit import events as ev
from kiosk.visit.machine import step
from kiosk.visit.states import Rules, Visit
from kiosk.visit.view import View

TICKET = TicketFacts(reference="r-1", session="sat", gate_group="east", seat_area="A")
VALID = TicketCheck(CheckOutcome.VALID, TICKET)
FACE = ev.ChoiceMade(Lane.FACE)
STAFF = ev.ChoiceMade(Lane.STAFF)
ADULT = ev.DocumentRead("Z**", age_ok=True, validity=DocumentValidity.VALID)
CHILD = ev.DocumentRead("Z**", age_ok=False, validity=DocumentValidity.VALID)
EXPIRED = ev.DocumentRead("Z**", age_ok=True, validity=DocumentValidity.EXPIRED)


def check(outcome: CheckOutcome, ticket: TicketFacts | None = TICKET) -> TicketCheck:
    return TicketCheck(outcome, ticket)


class Story:
    """Feeds events one by one and remembers every effect."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.visit = Visit()
        self.effects: list[ef.Effect] = []
        self.tell(ev.ReaderCameBack())

    def tell(self, *events: ev.Event) -> Story:
        for event in events:
            self.visit, effects = step(self.visit, event, self.rules)
            self.effects.extend(effects)
        return self

    def until_capturing(self) -> Story:
        return self.tell(FACE, ev.DocumentPresented(), ADULT, ev.PortraitArrived(), ev.TicketHeld(VALID))

    def wanted(self, kind: type[ef.Effect]) -> int:
        """How often an effect of this kind was asked for."""
        return sum(isinstance(effect, kind) for effect in self.effects)

    @property
    def shown(self) -> View:
        return [effect.view for effect in self.effects if isinstance(effect, ef.Show)][-1]
