"""Officers against the middle of all officers: who stands out, and who has nobody to be compared with."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from kiosk.accounts.overrides import Comparison, OfficerActs, QuarterCount, Standing, compared
from kiosk.accounts.store import AccountStore
from kiosk.config.places import DevicePlace
from tests.helpers.accounts import EVENT, Machine


def acts(
    account_id: str, override: int, *, quarters: int = 4, admitted: int = 20, undone: int = 0
) -> list[QuarterCount]:
    """Spread evenly, the rest in the first quarter."""
    found = []
    for act, whole in (("admitted", admitted), ("override", override), ("undone", undone)):
        for number in range(quarters):
            count = whole // quarters + (whole % quarters if number == 0 else 0)
            if count:
                found.append(QuarterCount(account_id, act, 900 * (number + 1), count))
    return found


def standing(seen: Comparison, account_id: str) -> Standing:
    return seen.standing(next(one for one in seen.officers if one.account_id == account_id))


def test_one_of_many_who_overrides_far_more_stands_out_and_comes_first() -> None:
    seen = compared([*acts("o-1", 4), *acts("o-2", 5), *acts("o-3", 40), *acts("o-4", 3)])
    assert seen.officers[0].account_id == "o-3"
    assert [standing(seen, f"o-{n}") for n in (1, 2, 3, 4)] == ["usual", "usual", "far_above", "usual"]
    assert seen.officers[0] == OfficerActs("o-3", 20, 40, 0, 10.0, 10)


def test_taking_admissions_back_counts_as_much() -> None:
    seen = compared([*acts("o-1", 4), *acts("o-2", 4), *acts("o-3", 0, undone=40)])
    assert standing(seen, "o-3") is Standing.FAR_ABOVE


def test_a_few_are_nobodys_pattern_even_where_the_others_had_none() -> None:
    quiet = [*acts("o-1", 0), *acts("o-2", 0)]
    assert standing(compared([*quiet, *acts("o-3", 4)]), "o-3") is Standing.USUAL
    assert standing(compared([*quiet, *acts("o-3", 5)]), "o-3") is Standing.FAR_ABOVE


def test_a_long_shift_is_no_pattern() -> None:
    """Per quarter of work, not per evening: whoever works longer does more of everything."""
    seen = compared([*acts("o-1", 4, quarters=2), *acts("o-2", 5, quarters=2), *acts("o-3", 40, quarters=20)])
    assert standing(seen, "o-3") is Standing.USUAL


def test_an_only_officer_has_nobody_to_be_compared_with() -> None:
    assert standing(compared(acts("o-1", 400)), "o-1") is Standing.ALONE


@pytest.mark.parametrize("honest", [0, 1])
def test_of_two_officers_one_can_stand_out(honest: int) -> None:
    seen = compared([*acts("o-1", honest), *acts("o-2", 50)])
    assert standing(seen, "o-2") is Standing.FAR_ABOVE
    assert standing(seen, "o-1") is Standing.USUAL


def test_everybody_alike_and_nobody_stands_out() -> None:
    seen = compared([each for n in range(6) for each in acts(f"o-{n}", 40)])
    assert {seen.standing(one) for one in seen.officers} == {Standing.USUAL}


def test_no_acts_are_no_officers() -> None:
    assert compared([]) == Comparison((), 0.0)


@given(
    st.lists(
        st.builds(
            QuarterCount,
            st.sampled_from(["o-1", "o-2", "o-3"]),
            st.sampled_from(["admitted", "override", "undone"]),
            st.integers(1, 8).map(lambda n: 900 * n),
            st.integers(1, 50),
        )
    )
)
def test_nothing_is_lost_in_comparing(counts: list[QuarterCount]) -> None:
    seen = compared(counts)
    assert sum(one.admitted + one.exceptions for one in seen.officers) == sum(each.count for each in counts)
    assert all(one.most <= one.exceptions for one in seen.officers)
    rates = [one.per_quarter for one in seen.officers]
    assert rates == sorted(rates, reverse=True)


def test_counts_of_an_earlier_version_are_kept(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.store.close()
    place = DevicePlace(tmp_path / "data", tmp_path / "keys")
    db = Database(place.accounts_file)
    db.table("acts_per_quarter").drop()
    db.execute("DELETE FROM _sqlite_migrations WHERE name = 'acts_per_quarter'")
    db.table("staff_acts").create({"account_id": str, "event": str, "act": str, "count": int})
    db.table("staff_acts").insert({"account_id": "o-1", "event": EVENT, "act": "override", "count": 7})
    db.close()
    store = AccountStore.open(place)
    try:
        assert [(row["account_id"], row["act"], row["quarter"], row["count"]) for row in store.acts(EVENT)] == [
            ("o-1", "override", 0, 7)
        ]
    finally:
        store.close()
