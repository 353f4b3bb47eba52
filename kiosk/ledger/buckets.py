"""Where a search looks: each word of a ticket falls into one of a few buckets, by a keyed hash.

Opening every ticket of a large session would take seconds. Which bucket a word is in is stored beside the sealed
ticket; buckets of orders and names are so few, and shared by so many tickets, that equal ones say next to nothing of
who belongs together. Seats have more, for one area may be everybody's and would be opened with whatever shares its
bucket. What is empty is in no bucket of its own.
"""

from __future__ import annotations

import secrets
import unicodedata

from kiosk.vault.port import EventKeys

FEW, MANY = 1 << 6, 1 << 10
NEAR = (
    f"(search_buckets IS NULL OR search_buckets % {FEW} = ?2 % {FEW} "
    f"OR search_buckets / {FEW} % {MANY} = ?2 OR search_buckets / {FEW * MANY} = ?2 % {FEW})"
)
"""SQL: whether a word of the ticket is in the bucket ``?2``, or the ticket is older than its buckets."""


def buckets_of(order: str, seat_area: str, name: str, session: str, keys: EventKeys) -> int:
    """What is stored of a ticket: the buckets of order, seat and name in one number."""
    first, second, third = (bucket_of(text, session, keys) for text in (order, seat_area, name))
    return first % FEW + FEW * (second + MANY * (third % FEW))


def bucket_of(text: str, session: str, keys: EventKeys) -> int:
    """0 to MANY - 1; the same word is elsewhere in another session, and nothing is anywhere."""
    word = plain(text)
    if not word:
        return secrets.randbelow(MANY)
    return int.from_bytes(keys.search_token(f"{session}/{word}")[:2], "big") % MANY


def plain(text: str) -> str:
    """Letters and digits alone: blanks, hyphens, dots, case and width do not matter."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))
