"""People who come in together at a desk, such as a guardian with children: gathered one by one, admitted by one act.

Pure. Each has a ticket of their own and a document, a code or a typed number of their own; names are not kept, since
the attendant compares each when they are gathered. Children alone are nobody's party (R-14): somebody has to be with
them who is not known to be under age.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.domain.outcome import CheckOutcome
from kiosk.ledger.port import PartyRefused, Presented
from kiosk.station.desk_view import MOST_TOGETHER, DeskState, DeskView, PartyMember


@dataclass(frozen=True)
class _Gathered:
    reference: str
    presented: Presented
    shown: PartyMember


class Party:
    """What a desk has gathered so far."""

    def __init__(self) -> None:
        self._members: list[_Gathered] = []
        self._made = 0
        self.asking = False

    def __len__(self) -> int:
        return len(self._members)

    def presented(self) -> tuple[Presented, ...]:
        """What each of them showed, in the order they were gathered."""
        return tuple(member.presented for member in self._members)

    @property
    def outcome(self) -> CheckOutcome:
        """VALID where the check agreed to every one; else the first it did not agree to."""
        outcomes = (CheckOutcome(member.shown.outcome) for member in self._members)
        return next((outcome for outcome in outcomes if outcome is not CheckOutcome.VALID), CheckOutcome.VALID)

    def gather(self, view: DeskView, reference: str, presented: Presented) -> None:
        """Whoever is on the screen belongs to them."""
        if self._takes(reference):
            self._made += 1
            child = None if view.age_ok is None else not view.age_ok
            shown = PartyMember(str(self._made), view.masked_name, view.seat_area, child, str(view.outcome))
            self._members.append(_Gathered(reference, replace(presented, name=None), shown))

    def leave_out(self, key: str) -> None:
        self._members = [member for member in self._members if member.shown.key != key]

    def dissolve(self) -> None:
        self._members, self.asking = [], False

    def refused(self, answer: PartyRefused) -> None:
        """Nobody was admitted; whom it failed at is marked."""
        self.asking = False
        if answer.index is not None:
            member = self._members[answer.index]
            shown = replace(member.shown, refused=str(answer.check.outcome))
            self._members[answer.index] = replace(member, shown=shown)

    def shown_on(self, view: DeskView, reference: str) -> DeskView:
        """``view`` with those gathered so far; ``reference``: the ticket of whoever is on the screen, "" for nobody."""
        members = tuple(member.shown for member in self._members)
        deciding = view.state is DeskState.FACTS
        return replace(
            view,
            party=members,
            can_gather=deciding and view.can_admit and self._takes(reference),
            party_ready=view.state is DeskState.WAITING and not self.asking and self._complete(),
        )

    def _takes(self, reference: str) -> bool:
        known = {member.reference for member in self._members}
        return bool(reference) and reference not in known and len(known) < MOST_TOGETHER and not self.asking

    def _complete(self) -> bool:
        shown = [member.shown for member in self._members]
        return any(not one.child for one in shown) and not any(one.refused for one in shown)
