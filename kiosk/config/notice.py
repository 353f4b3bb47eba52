"""An event's notice as one thing with one hash: what screens, posters and consent records speak of (R-07, R-74).

Everything a person is told follows from the event file alone. ``notice_bytes`` is its one spelling; a poster shows
exactly these texts and the hash of them, and every counted consent carries the same hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from kiosk.config.event import NOTICE_FIELDS, EventConfig
from kiosk.config.texts import Language

WORDS_OF = ("name", "short", *NOTICE_FIELDS, "staff_desk")
"""Every text of a notice that exists per language, in the order people read them."""


def words_in(event: EventConfig, language: Language) -> dict[str, str]:
    """Each text of ``WORDS_OF`` in one language of the event."""
    notice = event.notice
    texts: dict[str, Mapping[Language, str]] = {field: getattr(notice, field) for field in ("short", *NOTICE_FIELDS)}
    return {name: {**texts, "name": event.name, "staff_desk": event.staff_desk}[name][language] for name in WORDS_OF}


def notice_of(event: EventConfig) -> dict[str, Any]:
    """The whole notice as plain values: the event, the one purpose, the permit it rests on, the texts per language."""
    seen = {"officers_see_portrait": True} if event.desk.chip_portrait else {}
    return {
        **seen,
        "event": event.id,
        "use": event.reason.use.value,
        "public_safety_reference": event.place.public_safety_reference,
        "address": event.notice.address,
        "words": {language.value: words_in(event, language) for language in event.languages},
    }


def notice_bytes(notice: Mapping[str, Any]) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(notice, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def notice_hash(event: EventConfig) -> str:
    """SHA-256 of the event's notice, 64 hexadecimal digits."""
    return hashlib.sha256(notice_bytes(notice_of(event))).hexdigest()


def full_text(event: EventConfig, language: Language, headings: Mapping[str, str]) -> str:
    """The full form as plain text: one paragraph a field, below its heading."""
    words = words_in(event, language)
    parts = [f"{headings[field]}\n{words[field]}" for field in NOTICE_FIELDS]
    return "\n\n".join((words["name"], words["short"], *parts))
