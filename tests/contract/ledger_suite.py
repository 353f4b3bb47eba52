"""What every Ledger has to do; inherited by the tests of each implementation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

import pytest

from drivers.secret import SecretText
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome
from kiosk.ledger.port import Admission, GateState, Held, Hold, Ledger, Presented
from kiosk.ledger.prior import PriorNote
from kiosk.ledger.tickets import TicketConflict, TicketDetails, TicketRow, sealed_row
from kiosk.vault.file_keys import FileEventKeys
from tests.helpers.ledger import (
    GATE,
    GATE_B,
    LEASE_S,
    NOON,
    OTHER_STATION,
    TOMORROW,
    card,
    code,
    ticket,
    token_of,
)


class FillableLedger(Ledger, Protocol):
    def add_rows(self, rows: Iterable[TicketRow]) -> None: ...


class LedgerSuite:
    """Give a ``ledger`` and its ``keys`` as fixtures; it is filled by ``filled``."""

    @pytest.fixture
    def filled(self, ledger: FillableLedger, keys: FileEventKeys) -> FillableLedger:
        """Persons 1 to 3 tonight at A; 4 at B; 5 tomorrow; 6 revoked; 1 also tomorrow."""
        tickets = [
            ticket(keys, 1),
            ticket(keys, 2),
            ticket(keys, 3),
            ticket(keys, 4, gate_group="B"),
            ticket(keys, 5, session="night-2"),
            ticket(keys, 6, revoked=True),
            ticket(keys, 1, session="night-2"),
        ]
        ledger.add_rows(sealed_row(one, keys) for one in tickets)
        return ledger

    @staticmethod
    def held(ledger: Ledger, shown: Presented, nonce: str = "h", now: float = NOON) -> Hold:
        answer = ledger.hold(shown, GATE, nonce, LEASE_S, now)
        assert answer.hold is not None
        return answer.hold

    @staticmethod
    def admitted(ledger: Ledger, hold: Hold, nonce: str = "c", now: float = NOON) -> Admission:
        answer = ledger.commit(hold.hold_id, nonce, Lane.FACE, now)
        assert isinstance(answer, Admission)
        return answer

    # --- check ----------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("person", "outcome"),
        [(1, "valid"), (4, "other_gate"), (5, "other_day"), (6, "revoked"), (7, "no_ticket")],
    )
    def test_a_document_finds_its_ticket(
        self, filled: FillableLedger, keys: FileEventKeys, person: int, outcome: str
    ) -> None:
        check = filled.check(card(keys, person), GATE, NOON)
        assert check.outcome == outcome
        if outcome != "no_ticket":
            assert check.ticket is not None
            assert check.ticket.seat_area == f"Block {person}"

    def test_code_and_document(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        needed = replace(GATE, code_needed=True)
        agreeing = replace(card(keys, 1), untrusted_code=" T-1 ")
        assert filled.check(card(keys, 1), needed, NOON).outcome is CheckOutcome.CODE_NEEDED
        assert filled.check(agreeing, needed, NOON).outcome is CheckOutcome.VALID
        assert filled.check(code(1), needed, NOON).outcome is CheckOutcome.VALID
        for wrong in ("T-2", "T-99"):
            disagreeing = replace(agreeing, untrusted_code=wrong)
            assert filled.check(disagreeing, needed, NOON).outcome is CheckOutcome.CODE_AND_CARD_DISAGREE
        assert filled.check(code(99), needed, NOON).outcome is CheckOutcome.NO_TICKET

    def test_nothing_presented_finds_nothing(self, filled: FillableLedger) -> None:
        assert filled.check(Presented(), GATE, NOON).outcome is CheckOutcome.NO_TICKET

    def test_one_person_with_tickets_for_two_sessions(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        for place in (GATE, TOMORROW):
            check = filled.check(card(keys, 1), place, NOON)
            assert check.outcome is CheckOutcome.VALID
            assert check.ticket is not None
            assert check.ticket.session == place.session

    def test_a_different_name_is_a_question_for_staff(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        assert filled.check(card(keys, 1), GATE, NOON).name_agrees is True
        check = filled.check(card(keys, 1, "样例乙"), GATE, NOON)
        assert (check.outcome, check.name_agrees) == (CheckOutcome.NAME_DIFFERS, False)
        nameless = Presented(token_of(keys, 1))
        assert filled.check(nameless, GATE, NOON).name_agrees is None
        latin = Presented(token_of(keys, 1), SecretText("CESHI YI"))
        assert filled.check(latin, GATE, NOON).outcome is CheckOutcome.VALID

    # --- a lane chosen with the ticket ---

    @pytest.mark.requirement("R-06", "R-10")
    def test_what_a_ticket_says_of_its_lane_ends_with_a_word(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        chosen = replace(ticket(keys, 30), details=TicketDetails("T-30", "测试30", "Block 30", "", "staff"))
        filled.add_rows([sealed_row(chosen, keys)])
        reference, other = (
            found.ticket.reference if found.ticket else ""
            for found in (filled.check(card(keys, person), GATE, NOON) for person in (30, 1))
        )
        assert filled.prior_choice(reference) == PriorNote("T-30", "staff")
        assert filled.prior_choice(other) == PriorNote("T-1", "")
        assert filled.prior_choice("nobody") is None
        assert filled.void_prior(reference, "v1", NOON)
        assert filled.prior_choice(reference) == PriorNote("T-30", "")
        assert filled.void_prior(reference, "v1", NOON)
        assert not filled.void_prior(reference, "v2", NOON)
        assert filled.check(card(keys, 30), GATE, NOON).outcome is CheckOutcome.VALID

    def test_whoever_a_ticket_is_given_to_has_chosen_no_lane(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        chosen = replace(ticket(keys, 30), details=TicketDetails("T-30", "测试30", "Block 30", "", "staff"))
        filled.add_rows([sealed_row(chosen, keys)])
        given = replace(card(keys, 31, "测试30"), untrusted_code="T-30")
        assert filled.correct(given, GATE, "c1", "name_misspelt", "officer", NOON)
        found = filled.check(card(keys, 31, "测试30"), GATE, NOON).ticket
        assert found is not None
        assert filled.prior_choice(found.reference) == PriorNote("T-30", "")

    # --- search ---------------------------------------------------------------------------------------

    @pytest.mark.requirement("R-66")
    def test_a_ticket_is_found_by_the_whole_of_what_somebody_says(
        self, filled: FillableLedger, keys: FileEventKeys
    ) -> None:
        orders = [
            replace(ticket(keys, n), details=TicketDetails(f"T-{n}", "Jo Example", "Row 9", "ORD-77"))
            for n in range(20, 27)
        ]
        filled.add_rows(sealed_row(one, keys) for one in orders)
        for text, count, more in (
            ("T-2", 1, False),
            ("block 2", 1, False),
            ("测试2", 1, False),
            ("ord 77", 5, True),
            ("jo-example", 5, True),
            ("Block", 0, False),
            ("测", 0, False),
            ("", 0, False),
            ("Block 5", 0, False),  # of another session
        ):
            found = filled.search(text, GATE)
            assert (len(found.hits), found.more) == (count, more), text
        [hit] = filled.search("Block 2", GATE).hits
        assert (hit.code, hit.masked_name, hit.gate_group) == ("T-2", "测**", "A")
        assert "T-2" not in repr(hit)

    # --- hold -----------------------------------------------------------------------------------------

    def test_a_hold_keeps_others_out_and_uses_nothing_up(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        self.held(filled, card(keys, 1))
        assert filled.check(card(keys, 1), OTHER_STATION, NOON).outcome is CheckOutcome.IN_USE_ELSEWHERE
        other = filled.hold(card(keys, 1), OTHER_STATION, "h2", LEASE_S, NOON)
        assert (other.check.outcome, other.hold) == (CheckOutcome.IN_USE_ELSEWHERE, None)
        assert filled.counts() == {"tickets": 7, "admitted": 0, "exited": 0, "undone": 0, "held": 1, "revoked": 1}

    @pytest.mark.parametrize("person", [4, 5, 6, 7])
    def test_no_lease_without_a_valid_ticket(self, filled: FillableLedger, keys: FileEventKeys, person: int) -> None:
        assert filled.hold(card(keys, person), GATE, "h", LEASE_S, NOON).hold is None
        assert filled.counts()["held"] == 0

    def test_a_released_ticket_is_free_again(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        hold = self.held(filled, card(keys, 1))
        filled.release(hold.hold_id, "r", NOON)
        assert filled.check(card(keys, 1), OTHER_STATION, NOON).outcome is CheckOutcome.VALID
        assert filled.commit(hold.hold_id, "c", Lane.FACE, NOON) is CheckOutcome.IN_USE_ELSEWHERE

    def test_a_lease_ends_at_its_time(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        hold = self.held(filled, card(keys, 1))
        assert hold.expires_at == NOON + LEASE_S
        just_before, at_the_end = hold.expires_at - 0.001, hold.expires_at
        assert filled.check(card(keys, 1), OTHER_STATION, just_before).outcome is CheckOutcome.IN_USE_ELSEWHERE
        assert filled.check(card(keys, 1), OTHER_STATION, at_the_end).outcome is CheckOutcome.VALID
        assert filled.commit(hold.hold_id, "c", Lane.FACE, at_the_end) is CheckOutcome.IN_USE_ELSEWHERE

    def test_setting_the_clock_back_does_not_prolong_a_lease(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        self.held(filled, card(keys, 1), now=NOON)
        an_hour_back = NOON - 3600
        filled.hold(card(keys, 2), OTHER_STATION, "h2", LEASE_S, an_hour_back)
        later = an_hour_back + LEASE_S
        assert filled.check(card(keys, 1), OTHER_STATION, later - 1).outcome is CheckOutcome.IN_USE_ELSEWHERE
        assert filled.check(card(keys, 1), OTHER_STATION, later).outcome is CheckOutcome.VALID

    def test_the_same_stations_next_visit_takes_its_lost_lease_over(
        self, filled: FillableLedger, keys: FileEventKeys
    ) -> None:
        lost = self.held(filled, card(keys, 1), "visit-1")
        taken_over = self.held(filled, card(keys, 1), "visit-2")
        assert filled.commit(lost.hold_id, "c1", Lane.FACE, NOON) is CheckOutcome.IN_USE_ELSEWHERE
        self.admitted(filled, taken_over)

    # --- commit ---------------------------------------------------------------------------------------

    def test_a_ticket_admits_once_and_says_when_and_where(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        self.admitted(filled, self.held(filled, card(keys, 1)), now=NOON + 5)
        check = filled.check(card(keys, 1), OTHER_STATION, NOON + 60)
        assert check.outcome is CheckOutcome.ALREADY_USED
        use = check.earlier_use
        assert use is not None
        assert (use.at, use.station, use.gate_group, use.lane) == (NOON + 5, "gate-1", "A", "face")
        assert filled.hold(card(keys, 1), OTHER_STATION, "h2", LEASE_S, NOON).hold is None
        assert filled.hold(code(1), GATE, "h3", LEASE_S, NOON).hold is None

    def test_a_lease_commits_once(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        hold = self.held(filled, card(keys, 1))
        self.admitted(filled, hold)
        assert filled.commit(hold.hold_id, "other-nonce", Lane.STAFF, NOON) is CheckOutcome.IN_USE_ELSEWHERE
        assert filled.counts()["admitted"] == 1

    def test_an_unknown_lease_commits_nothing(self, filled: FillableLedger) -> None:
        assert filled.commit("nobody", "c", Lane.FACE, NOON) is CheckOutcome.IN_USE_ELSEWHERE
        filled.release("nobody", "r", NOON)
        assert filled.counts()["admitted"] == 0

    # --- repeating ------------------------------------------------------------------------------------

    def test_repeating_a_nonce_gives_the_first_answer_and_changes_nothing(
        self, filled: FillableLedger, keys: FileEventKeys
    ) -> None:
        first: Held = filled.hold(card(keys, 1), GATE, "h", LEASE_S, NOON)
        assert filled.hold(card(keys, 1), GATE, "h", LEASE_S, NOON + 1) == first
        assert first.hold is not None
        admission = filled.commit(first.hold.hold_id, "c", Lane.FACE, NOON + 2)
        assert filled.commit(first.hold.hold_id, "c", Lane.FACE, NOON + 3) == admission
        assert isinstance(admission, Admission)
        assert filled.undo(admission.admission_id, "u", "wrong person", "officer-7", NOON + 4)
        assert filled.undo(admission.admission_id, "u", "wrong person", "officer-7", NOON + 5)
        assert filled.commit(first.hold.hold_id, "c", Lane.FACE, NOON + 6) == admission
        assert filled.counts()["admitted"] == 0

    def test_a_repeated_refusal_stays_a_refusal(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        refused = filled.hold(card(keys, 4), GATE, "h", LEASE_S, NOON)
        assert filled.hold(card(keys, 4), GATE, "h", LEASE_S, NOON) == refused
        used = self.held(filled, card(keys, 1), "h1")
        self.admitted(filled, used, "c1")
        again = filled.hold(card(keys, 1), OTHER_STATION, "h2", LEASE_S, NOON)
        assert again.check.earlier_use is not None
        assert filled.hold(card(keys, 1), OTHER_STATION, "h2", LEASE_S, NOON) == again

    # --- several together -----------------------------------------------------------------------------

    def together(self, ledger: Ledger, keys: FileEventKeys) -> list[str]:
        return [self.held(ledger, card(keys, person), f"h{person}").hold_id for person in (1, 2, 3)]

    def test_several_are_admitted_together_each_by_a_ticket_of_their_own(
        self, filled: FillableLedger, keys: FileEventKeys
    ) -> None:
        holds = self.together(filled, keys)
        made = filled.commit_all(holds, "c", Lane.STAFF, NOON)
        assert isinstance(made, tuple)
        assert len({one.admission_id for one in made}) == len({one.ticket_reference for one in made}) == 3
        assert filled.commit_all(holds, "c", Lane.STAFF, NOON + 1) == made, "asked again, the same answer"
        assert filled.counts()["admitted"] == 3
        for person in (1, 2, 3):
            assert filled.check(card(keys, person), GATE, NOON).outcome is CheckOutcome.ALREADY_USED

    def test_where_one_cannot_be_admitted_none_is(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        holds = self.together(filled, keys)
        filled.release(holds[2], "r", NOON)
        assert filled.commit_all(holds, "c", Lane.STAFF, NOON) is CheckOutcome.IN_USE_ELSEWHERE
        assert filled.commit_all(holds, "c", Lane.STAFF, NOON) is CheckOutcome.IN_USE_ELSEWHERE
        assert filled.counts()["admitted"] == 0
        assert filled.check(card(keys, 1), GATE, NOON).outcome is CheckOutcome.VALID

    # --- out, and in again ----------------------------------------------------------------------------

    def test_whoever_went_out_comes_in_again_where_the_event_says_so(
        self, filled: FillableLedger, keys: FileEventKeys
    ) -> None:
        once, ever = replace(GATE, entries=2), replace(GATE, entries=None)
        self.admitted(filled, self.held(filled, card(keys, 1)))
        assert filled.check(card(keys, 1), ever, NOON).outcome is CheckOutcome.ALREADY_USED, "still inside"
        assert filled.exit(card(keys, 1), GATE, "x", NOON + 60)
        for place, outcome in ((GATE, "already_used"), (once, "valid"), (ever, "valid")):
            check = filled.check(card(keys, 1), place, NOON + 61)
            assert (check.outcome, check.earlier_use and check.earlier_use.outside) == (outcome, True)
        again = filled.hold(card(keys, 1), once, "h2", LEASE_S, NOON + 62).hold
        assert again is not None
        self.admitted(filled, again, "c2", NOON + 63)
        assert filled.counts() | {"admitted": 2, "exited": 1} == filled.counts(), "one inside"
        assert filled.exit(card(keys, 1), GATE, "x2", NOON + 64)
        assert filled.check(card(keys, 1), once, NOON + 65).outcome is CheckOutcome.ALREADY_USED, "came back once"
        assert filled.check(card(keys, 1), ever, NOON + 65).outcome is CheckOutcome.VALID

    def test_only_who_is_inside_goes_out_and_once(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        assert not filled.exit(card(keys, 1), GATE, "x1", NOON)
        assert not filled.exit(card(keys, 7), GATE, "x2", NOON)
        self.admitted(filled, self.held(filled, card(keys, 1)))
        assert not filled.exit(card(keys, 1), TOMORROW, "x3", NOON), "by the ticket of another day"
        assert filled.exit(card(keys, 1), GATE_B, "x4", NOON), "by any gate"
        assert filled.exit(card(keys, 1), GATE_B, "x4", NOON), "asked again, the same answer"
        assert not filled.exit(card(keys, 1), GATE, "x5", NOON)
        assert filled.counts()["exited"] == 1
        assert filled.unconfirmed() == [], "whoever left needs no gate"

    def test_whoever_went_out_is_nobodys_to_take_back(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        self.admitted(filled, self.held(filled, card(keys, 1)))
        assert len(filled.recent("gate-1", NOON - 1)) == 1
        assert filled.exit(card(keys, 1), GATE, "x", NOON)
        assert filled.recent("gate-1", NOON - 1) == []

    # --- undo, gate, counts ---------------------------------------------------------------------------

    def test_an_undone_admission_frees_the_ticket(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        admission = self.admitted(filled, self.held(filled, card(keys, 1)))
        assert filled.undo(admission.admission_id, "u1", "wrong person", "officer-7", NOON)
        assert not filled.undo(admission.admission_id, "u2", "again", "officer-7", NOON)
        assert not filled.undo("nobody", "u3", "", "officer-7", NOON)
        assert filled.counts()["undone"] == 1
        self.admitted(filled, self.held(filled, card(keys, 1), "h2"), "c2")
        assert filled.counts()["admitted"] == 1

    def test_an_opening_nobody_confirmed_is_shown_to_its_station(
        self, filled: FillableLedger, keys: FileEventKeys
    ) -> None:
        admission = self.admitted(filled, self.held(filled, card(keys, 1)))
        assert filled.unconfirmed("gate-1") == [admission]
        assert filled.unconfirmed("gate-2") == []
        assert filled.unconfirmed() == [admission]
        filled.note_gate(admission.admission_id, GateState.FAILED, NOON)
        assert [one.gate_state for one in filled.unconfirmed()] == [GateState.FAILED]
        filled.note_gate(admission.admission_id, GateState.OPENED, NOON)
        filled.note_gate("nobody", GateState.OPENED, NOON)
        assert filled.unconfirmed("gate-1") == []

    def test_an_undone_admission_asks_nobody_to_look(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        admission = self.admitted(filled, self.held(filled, card(keys, 1)))
        filled.undo(admission.admission_id, "u", "wrong person", "officer-7", NOON)
        assert filled.unconfirmed("gate-1") == []

    def test_a_second_ticket_for_document_or_code_is_refused_whole(
        self, filled: FillableLedger, keys: FileEventKeys
    ) -> None:
        before = filled.counts()
        for clash in (ticket(keys, 1), replace(ticket(keys, 98), details=ticket(keys, 2).details)):
            with pytest.raises(TicketConflict):
                filled.add_rows([sealed_row(ticket(keys, 97), keys), sealed_row(clash, keys)])
        assert filled.counts() == before

    def test_other_gates_ticket_works_there(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        assert filled.check(card(keys, 4), GATE_B, NOON).outcome is CheckOutcome.VALID

    # --- at a desk ------------------------------------------------------------------------------------

    @pytest.mark.requirement("R-35")
    def test_an_earlier_use_can_be_set_aside_and_both_stay_known(
        self, filled: FillableLedger, keys: FileEventKeys
    ) -> None:
        first = self.admitted(filled, self.held(filled, card(keys, 1)))
        use = filled.check(card(keys, 1), GATE, NOON).earlier_use
        assert use is not None
        assert use.admission_id == first.admission_id
        assert filled.undo(use.admission_id, "u", "admitted_again_same_person", "officer-7", NOON)
        again = self.admitted(filled, self.held(filled, card(keys, 1), "h2"), "c2")
        assert again.admission_id != first.admission_id
        assert (filled.counts()["admitted"], filled.counts()["undone"]) == (1, 1)
        assert [one.admission_id for one in filled.recent("gate-1", NOON - 1)] == [again.admission_id]
        assert filled.recent("gate-1", NOON + 1) == []
        assert filled.recent("gate-2", NOON - 1) == []

    @pytest.mark.requirement("R-89")
    def test_a_correction_changes_the_decision_next_time(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        misspelt = card(keys, 1, "样例乙")
        assert filled.check(misspelt, GATE, NOON).outcome is CheckOutcome.NAME_DIFFERS
        assert filled.correct(misspelt, GATE, "n1", "name_typo", "s-1", NOON)
        assert filled.check(misspelt, GATE, NOON).outcome is CheckOutcome.VALID
        renewed = replace(card(keys, 40), untrusted_code="T-2")
        assert filled.check(renewed, GATE, NOON).outcome is CheckOutcome.CODE_AND_CARD_DISAGREE
        assert filled.correct(renewed, GATE, "n2", "new_document", "s-1", NOON)
        assert filled.check(renewed, GATE, NOON).outcome is CheckOutcome.VALID
        assert filled.check(card(keys, 2), GATE, NOON).outcome is CheckOutcome.NO_TICKET, "bound to one document"

    @pytest.mark.requirement("R-89")
    def test_nothing_of_anybody_elses_is_corrected(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        self.admitted(filled, self.held(filled, card(keys, 3)))
        for number, shown in enumerate(
            (
                replace(card(keys, 1), untrusted_code="T-2"),  # this document has a ticket of its own
                replace(card(keys, 40), untrusted_code="T-3"),  # used
                replace(card(keys, 40), untrusted_code="T-6"),  # revoked
                replace(card(keys, 40), untrusted_code="T-5"),  # another session's
                replace(card(keys, 40), untrusted_code="T-99"),
                card(keys, 40),
            )
        ):
            assert not filled.correct(shown, GATE, f"n{number}", "number_typo", "s-1", NOON)
        assert filled.check(card(keys, 2), GATE, NOON).outcome is CheckOutcome.VALID

    @pytest.mark.requirement("R-83")
    def test_erasing_leaves_the_numbers_and_nobody(self, filled: FillableLedger, keys: FileEventKeys) -> None:
        self.admitted(filled, self.held(filled, card(keys, 1)))
        before = filled.counts()
        for person in (1, 2):
            assert filled.erase(card(keys, person), GATE, f"e{person}", "s-1", NOON)
            assert filled.check(card(keys, person), GATE, NOON).outcome in {
                CheckOutcome.NO_TICKET,
                CheckOutcome.OTHER_DAY,
            }
            assert filled.check(code(person), GATE, NOON).outcome is not CheckOutcome.VALID
        after = filled.counts()
        assert (after["tickets"], after["admitted"]) == (before["tickets"], before["admitted"])
        assert after["revoked"] == before["revoked"] + 1, "the one that was not used admits nobody"
        assert not filled.erase(card(keys, 40), GATE, "e40", "s-1", NOON)
