"""Settings that a window writes are those that ``tomllib`` reads again."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.config.load import parse_event
from kiosk.config.toml_text import as_toml
from tests.helpers.config import shipped

_TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
_PLAIN = (
    st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False)
    | _TEXT
    | st.dates(date(1900, 1, 1))
    | st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
)
_VALUES = st.recursive(
    _PLAIN,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(_TEXT, below, max_size=3),
    max_leaves=8,
)


@settings(max_examples=100)
@given(st.dictionaries(_TEXT, _VALUES, max_size=4))
def test_what_is_written_is_read_again(values: dict[str, object]) -> None:
    assert tomllib.loads(as_toml(values)) == values


def test_the_template_stays_the_same_event() -> None:
    text = shipped("example-event")
    assert parse_event(as_toml(tomllib.loads(text)), "x") == parse_event(text, "x")
