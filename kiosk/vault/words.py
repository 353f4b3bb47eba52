"""What is wrong with a key's file, in words that end a sentence: no code is shown bare."""

from __future__ import annotations

from kiosk.vault.key_file import KeyFileUnusable

_WORDS = {
    "exists": "there is one already",
    "loose_permissions": "others may read it; run chmod 600 on it",
    "not_ours": "it belongs to another user; run this as the service user",
    "not_a_file": "it is not a plain file",
    "linked": "it has a second name, which is a second copy",
    "damaged": "it is damaged",
    "other_event": "it belongs to another event",
    "not_removable": "it cannot be removed",
    "io": "it cannot be read or written",
}


def key_words(unusable: KeyFileUnusable) -> str:
    return _WORDS.get(unusable.code, unusable.code.replace("_", " "))
