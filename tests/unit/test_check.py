"""The ticket check's decision table: every outcome, and every pair of rules in their order."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.port import DocumentValidity
from kiosk.domain.check import PRECEDENCE, Candidate, Shown, check_tickets, normalise_code, with_document
from kiosk.domain.names import NameAgreement
from kiosk.domain.outcome import CheckOutcome, EarlierUse, TicketCheck, TicketFacts

Out = CheckOutcome
HERE = Shown(document=True, code=False, station="gate-1", gate_group="A", session="night-1")
TICKET = TicketFacts("ref-1", "night-1", "A", "Block 3")
GOOD = Candidate(TICKET, by_document=True, by_code=False, name=NameAgreement.AGREES)
USED = EarlierUse(at=1.0, station="gate-2", gate_group="A", lane="staff")


def spoiled(candidate: Candidate, outcome: CheckOutcome) -> Candidate:
    """``candidate`` with exactly the fact that leads to ``outcome``."""
    match outcome:
        case Out.REVOKED:
            return replace(candidate, revoked=True)
        case Out.OTHER_DAY:
            return replace(candidate, ticket=replace(candidate.ticket, session="night-2"))
        case Out.OTHER_GATE:
            return replace(candidate, ticket=replace(candidate.ticket, gate_group="B"))
        case Out.ALREADY_USED:
            return replace(candidate, earlier_use=USED)
        case Out.IN_USE_ELSEWHERE:
            return replace(candidate, leased_by="gate-9")
        case Out.NAME_DIFFERS:
            return replace(candidate, name=NameAgreement.DIFFERS)
        case _:
            return candidate


def asked(outcomes: tuple[CheckOutcome, ...]) -> Shown:
    return replace(HERE, code_needed=Out.CODE_NEEDED in outcomes)


TICKET_RULES = list(PRECEDENCE[2:9])


@pytest.mark.requirement("R-32")
def test_the_order_names_every_outcome_once() -> None:
    assert sorted(PRECEDENCE) == sorted(Out)


def test_a_good_ticket_is_valid_and_says_whose_seat() -> None:
    assert check_tickets([GOOD], HERE) == TicketCheck(Out.VALID, TICKET, None, True)


@pytest.mark.parametrize("outcome", TICKET_RULES)
def test_each_rule_alone(outcome: CheckOutcome) -> None:
    assert check_tickets([spoiled(GOOD, outcome)], asked((outcome,))).outcome is outcome


@pytest.mark.parametrize("pair", list(itertools.combinations(TICKET_RULES, 2)))
def test_of_two_rules_the_earlier_wins(pair: tuple[CheckOutcome, CheckOutcome]) -> None:
    both = spoiled(spoiled(GOOD, pair[0]), pair[1])
    assert check_tickets([both], asked(pair)).outcome is pair[0]


@pytest.mark.requirement("R-32")
@given(st.sets(st.sampled_from(TICKET_RULES)))
def test_of_any_rules_the_first_wins(spoilers: set[CheckOutcome]) -> None:
    candidate = GOOD
    for outcome in spoilers:
        candidate = spoiled(candidate, outcome)
    expected = min((*spoilers, Out.VALID), key=PRECEDENCE.index)
    assert check_tickets([candidate], asked(tuple(spoilers))).outcome is expected


def test_nothing_found_is_no_ticket() -> None:
    assert check_tickets([], HERE) == TicketCheck(Out.NO_TICKET)


def test_our_own_lease_is_not_elsewhere() -> None:
    assert check_tickets([replace(GOOD, leased_by="gate-1")], HERE).outcome is Out.VALID


def test_a_name_nobody_can_compare_does_not_stop_a_visit() -> None:
    check = check_tickets([replace(GOOD, name=NameAgreement.CANNOT_TELL)], HERE)
    assert (check.outcome, check.name_agrees) == (Out.VALID, None)


def test_earlier_use_goes_with_the_outcome() -> None:
    assert check_tickets([replace(GOOD, earlier_use=USED)], HERE).earlier_use == USED


BOTH = replace(HERE, code=True, code_needed=True)
OTHER_TICKET = TicketFacts("ref-2", "night-1", "A", "Block 4")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([replace(GOOD, by_code=True)], Out.VALID),
        ([GOOD, Candidate(OTHER_TICKET, by_document=False, by_code=True)], Out.CODE_AND_CARD_DISAGREE),
        ([GOOD], Out.CODE_AND_CARD_DISAGREE),  # the code belongs to no ticket
        ([Candidate(OTHER_TICKET, by_document=False, by_code=True)], Out.CODE_AND_CARD_DISAGREE),
        ([spoiled(GOOD, Out.REVOKED), Candidate(OTHER_TICKET, False, True)], Out.CODE_AND_CARD_DISAGREE),
        ([], Out.NO_TICKET),
    ],
)
def test_code_and_card_together(found: list[Candidate], expected: CheckOutcome) -> None:
    assert check_tickets(found, BOTH).outcome is expected


def test_card_and_code_may_agree_on_one_of_several_tickets() -> None:
    other_night = replace(GOOD, ticket=replace(TICKET, reference="ref-9", session="night-2"))
    check = check_tickets([other_night, replace(GOOD, by_code=True)], BOTH)
    assert (check.outcome, check.ticket) == (Out.VALID, TICKET)


def test_a_code_alone_finds_its_ticket() -> None:
    shown = replace(HERE, document=False, code=True, code_needed=True)
    assert check_tickets([replace(GOOD, by_document=False, by_code=True)], shown).outcome is Out.VALID


def test_of_several_sessions_this_one_is_chosen() -> None:
    tickets = [replace(GOOD, ticket=replace(TICKET, reference=f"r{s}", session=s)) for s in ("a", "night-1", "z")]
    for order in itertools.permutations(tickets):
        check = check_tickets(order, HERE)
        assert check.outcome is Out.VALID
        assert check.ticket is not None
        assert check.ticket.session == "night-1"


def test_this_sessions_ticket_counts_even_when_used_or_revoked() -> None:
    tomorrow = replace(GOOD, ticket=replace(TICKET, reference="r2", session="night-2"))
    assert check_tickets([tomorrow, spoiled(GOOD, Out.REVOKED)], HERE).outcome is Out.REVOKED
    assert check_tickets([tomorrow, spoiled(GOOD, Out.ALREADY_USED)], HERE).outcome is Out.ALREADY_USED


def test_without_a_ticket_for_today_the_one_that_still_helps_is_named() -> None:
    revoked = replace(GOOD, revoked=True, ticket=replace(TICKET, reference="r1", session="night-2"))
    good = replace(GOOD, ticket=replace(TICKET, reference="r2", session="night-3"))
    check = check_tickets([revoked, good], HERE)
    assert (check.outcome, check.ticket and check.ticket.session) == (Out.OTHER_DAY, "night-3")


@pytest.mark.parametrize(
    ("outcome", "age_ok", "validity", "expected"),
    [
        (Out.VALID, True, DocumentValidity.VALID, Out.VALID),
        (Out.VALID, False, DocumentValidity.VALID, Out.GUARDIAN_NEEDED),
        (Out.VALID, True, DocumentValidity.EXPIRED, Out.DOCUMENT_EXPIRED),
        (Out.VALID, True, DocumentValidity.NOT_YET_VALID, Out.DOCUMENT_EXPIRED),
        (Out.VALID, False, DocumentValidity.EXPIRED, Out.DOCUMENT_EXPIRED),
        (Out.NAME_DIFFERS, False, DocumentValidity.EXPIRED, Out.NAME_DIFFERS),
        (Out.NO_TICKET, False, DocumentValidity.EXPIRED, Out.NO_TICKET),
    ],
)
def test_what_the_document_says_comes_after_the_ticket(
    outcome: CheckOutcome, age_ok: bool, validity: DocumentValidity, expected: CheckOutcome
) -> None:
    check = with_document(TicketCheck(outcome, TICKET), age_ok=age_ok, validity=validity)
    assert (check.outcome, check.ticket) == (expected, TICKET)


def test_codes_are_compared_without_surrounding_space() -> None:
    assert normalise_code(" T-0001\r\n") == normalise_code("T-0001") == "T-0001"
