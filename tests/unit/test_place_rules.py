"""Place profiles: merging never loosens, each names its papers, and what they forbid keeps an event unarmed."""

from __future__ import annotations

from dataclasses import fields
from itertools import chain, combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.closing.place_checks import broken_rules
from kiosk.closing.readiness import Facts, missing
from kiosk.config.event import EventConfig, Mode
from kiosk.config.load import parse_event
from kiosk.domain.place_rules import (
    RULES,
    Paper,
    PlaceProfile,
    PlaceRules,
    is_as_strict,
    rules_of,
    stricter,
)
from tests.helpers.config import shipped

SUBSETS = list(chain.from_iterable(combinations(PlaceProfile, size) for size in range(len(PlaceProfile) + 1)))

limits = st.none() | st.integers(1, 200_000)
any_rules = st.builds(
    PlaceRules,
    face_needs_duty=st.booleans(),
    hold_possible=st.booleans(),
    most_grace_h=st.floats(0, 24),
    public_safety_reference=st.booleans(),
    separate_lines=st.booleans(),
    separated_admins=st.booleans(),
    password_days=limits,
    records_years=st.integers(0, 20),
    log_months=st.integers(0, 60),
    filing_at=limits,
    incident_h=limits,
    request_days=limits,
    papers=st.frozensets(st.sampled_from(Paper)),
)


def never_looser(one: PlaceRules, other: PlaceRules) -> bool:
    """By the meaning of each rule, written without the code that merges."""
    at_least = ("face_needs_duty", "public_safety_reference", "separate_lines", "separated_admins", "records_years")
    limit = ("password_days", "filing_at", "incident_h", "request_days")
    return (
        all(getattr(one, name) >= getattr(other, name) for name in (*at_least, "log_months"))
        and one.hold_possible <= other.hold_possible
        and one.most_grace_h <= other.most_grace_h
        and all(
            getattr(other, name) is None
            or (getattr(one, name) is not None and getattr(one, name) <= getattr(other, name))
            for name in limit
        )
        and one.papers >= other.papers
    )


@pytest.mark.requirement("R-72")
@pytest.mark.parametrize("profiles", SUBSETS, ids=lambda each: "+".join(each) or "none")
def test_a_merge_is_as_strict_as_every_subset_of_it(profiles: tuple[PlaceProfile, ...]) -> None:
    merged = rules_of(profiles)
    for inside in SUBSETS:
        if set(inside) <= set(profiles):
            assert never_looser(merged, rules_of(inside))
            assert is_as_strict(merged, rules_of(inside))
    assert never_looser(merged, RULES[PlaceProfile.GENERIC])


@pytest.mark.requirement("R-72")
@given(any_rules, any_rules, any_rules)
def test_merging_is_monotone_for_any_rules(one: PlaceRules, two: PlaceRules, three: PlaceRules) -> None:
    both = stricter(one, two)
    assert never_looser(both, one)
    assert never_looser(both, two)
    assert both == stricter(two, one)
    assert stricter(both, three) == stricter(one, stricter(two, three))
    assert stricter(both, both) == both
    assert is_as_strict(one, two) == never_looser(one, two)


def test_the_test_knows_every_rule() -> None:
    changed: dict[str, Any] = {
        "face_needs_duty": True,
        "hold_possible": False,
        "most_grace_h": 1.0,
        "public_safety_reference": True,
        "separate_lines": True,
        "separated_admins": True,
        "password_days": 1,
        "records_years": 99,
        "log_months": 99,
        "filing_at": 1,
        "incident_h": 1,
        "request_days": 1,
        "papers": frozenset(Paper),
    }
    assert set(changed) == {rule.name for rule in fields(PlaceRules)}
    for name, value in changed.items():
        tighter = PlaceRules(**{name: value})
        assert not is_as_strict(PlaceRules(), tighter), name
        assert not never_looser(PlaceRules(), tighter), name


def test_each_profile_has_the_papers_its_place_names() -> None:
    base = {Paper.NOTICE, Paper.SIGN, Paper.ASSESSMENT, Paper.RETENTION}  # the last by R-78, everywhere
    assert RULES[PlaceProfile.GENERIC].papers == base
    assert RULES[PlaceProfile.CN].papers == base | {Paper.PROCESSING_RECORD, Paper.FILING_PACK, Paper.SECURITY_MAP}
    assert RULES[PlaceProfile.EU_STRICT].papers == base | {Paper.PROCESSING_RECORD, Paper.REQUESTS}
    assert (RULES[PlaceProfile.CN].filing_at, RULES[PlaceProfile.CN].password_days) == (100_000, 90)
    assert (RULES[PlaceProfile.EU_STRICT].incident_h, RULES[PlaceProfile.EU_STRICT].hold_possible) == (72.0, False)


# --- an event's settings --------------------------------------------------------------------------

KEEPS_ALL: dict[str, str] = {
    'mode = "live"': 'mode = "live"\nprofiles = ["cn", "eu-strict"]',
    'profiles = ["generic"]': "# profiles",
    'duty = ""': 'duty = "law"',
    'public_safety_reference = ""': 'public_safety_reference = "permit 7"',
    'data_protection_sign_off = ""': 'data_protection_sign_off = "Lin, 2026-04-01"',
    "separate_lines = false": "separate_lines = true",
    "enabled = false ": "enabled = true ",
}
BREAKS = {
    "duty": ('duty = "law"', 'duty = ""'),
    "face_duty": ('duty = "law"', 'duty = "organiser"'),
    "public_safety": ('reference = "permit 7"', 'reference = ""'),
    "sign_off": ('sign_off = "Lin, 2026-04-01"', 'sign_off = " "'),
    "separate_lines": ("separate_lines = true", "separate_lines = false"),
    "grace_place": ("grace_h = 2.0", "grace_h = 2.5"),
    "hold_place": ("allowed = false ", 'ground = { zh = "x", en = "x" }\nallowed = true '),
}


def keeping(*more: tuple[str, str]) -> EventConfig:
    text = shipped("example-event", **KEEPS_ALL)
    for old, new in more:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_event(text, "test")


def test_settings_that_keep_the_rules_of_both_places_break_none() -> None:
    assert list(broken_rules(keeping())) == []


@pytest.mark.requirement("R-02", "R-75")
@pytest.mark.parametrize("code", BREAKS)
def test_each_rule_alone_is_missed_by_its_name_and_keeps_the_event_from_being_armed(code: str) -> None:
    event = keeping(BREAKS[code])
    assert [found for found, _ in broken_rules(event)] == [code]
    assert code in {thing.code for thing in missing(event, Facts("", {}))}


def test_without_a_face_lane_only_what_concerns_everybody_is_asked() -> None:
    off = keeping(("enabled = true ", "enabled = false "), BREAKS["face_duty"], BREAKS["separate_lines"])
    assert list(broken_rules(off)) == []


def test_a_generic_event_and_a_rehearsal_have_fewer_rules() -> None:
    generic = keeping(('["cn", "eu-strict"]', '["generic"]'), BREAKS["face_duty"], BREAKS["public_safety"])
    assert list(broken_rules(generic)) == []
    broken = keeping(BREAKS["duty"], BREAKS["public_safety"])
    assert list(broken_rules(broken.model_copy(update={"mode": Mode.REHEARSAL}))) == []


def test_a_new_event_has_no_face_lane_and_an_open_first_question() -> None:
    event = parse_event(shipped("example-event"), "test")
    assert not event.face.enabled
    assert "duty" in {found for found, _ in broken_rules(event)}
