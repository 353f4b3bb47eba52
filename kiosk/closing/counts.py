"""An event's numbers: while it runs from its store, afterwards what its closing noted. Never a person."""

from __future__ import annotations

from kiosk.closing.journal import read_noted
from kiosk.closing.keys import without_unlocking
from kiosk.closing.state import OVER, EventState
from kiosk.config.places import EventPlace
from kiosk.holding.numbers import held_counts
from kiosk.ledger.port import LedgerUnavailable
from kiosk.ledger.sqlite import SqliteLedger
from kiosk.vault.key_file import KeyFileUnusable
from kiosk.vault.port import KeysDestroyed


def counts_of(place: EventPlace, state: EventState) -> dict[str, int] | None:
    """None where a closing noted none. Raises KeysDestroyed, KeyFileUnusable, LedgerUnavailable."""
    if state in {EventState.CLOSING, *OVER}:
        noted = read_noted(place.journal_file)  # as long as it is not over
        return noted.counts if noted.counts is not None else read_noted(place.report_file).counts
    ledger = SqliteLedger(place.ledger_file, without_unlocking(place))
    try:
        return ledger.counts() | held_counts(place)
    finally:
        ledger.close()


def counts_if_readable(place: EventPlace, state: EventState) -> dict[str, int] | None:
    """Numbers as far as they can be known: a closing must be possible without them, too."""
    try:
        return counts_of(place, state)
    except (KeysDestroyed, KeyFileUnusable, LedgerUnavailable):
        return None
