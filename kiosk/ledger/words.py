"""Why a store cannot be used, in words that end a sentence: no code is shown bare."""

from __future__ import annotations

from kiosk.ledger.port import LedgerUnavailable

_WORDS = {
    "base_away": "the venue's base does not answer, and this event lets nobody in without it",
    "cannot_open": "its file cannot be opened",
    "closed": "it is closed",
    "corrupt": "its file is damaged",
    "desk_only": "at the venue's base only a desk may do this",
    "disk_full": "the disk is full",
    "event_not_at_base": "the venue's base does not know this event",
    "io_error": "its file cannot be read or written",
    "locked": "another process keeps it locked",
    "moved": "its file was moved or replaced",
    "no_wal": "it must lie on a disk of this machine, not on a share",
    "not_at_base": "the venue's base does not know this ticket",
    "not_enrolled": "the venue's base does not know this device any more",
    "removed": "it was removed or emptied after people had logged in; put it back, or decommission the machine",
    "read_only": "its file or folder may not be written",
}


def store_words(unavailable: LedgerUnavailable) -> str:
    return _WORDS.get(unavailable.code, unavailable.code.replace("_", " "))
