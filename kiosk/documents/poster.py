"""A poster of the notice, per language of the event: what it says, and what its codes hold (R-74)."""

from __future__ import annotations

from enum import StrEnum

from kiosk.config.event import NOTICE_FIELDS, EventConfig
from kiosk.config.notice import full_text, notice_hash, words_in
from kiosk.config.texts import Language
from kiosk.documents.paper import Part, Words
from kiosk.text import Texts

MOST_CODE_BYTES = 1_700
"""A longer text makes a code whose modules are too fine for a telephone two metres away."""


class Size(StrEnum):
    A4 = "A4"
    A3 = "A3"


class Column(Part):
    """One language of a poster. ``code``: what its QR code says; ``code_words`` stand beside it."""

    language: str
    name: Words
    headline: Words
    choice: Words
    short: Words
    fields: tuple[tuple[Words, Words], ...]
    code: Words
    code_words: Words


class Poster(Part):
    """``hash_words``: the notice's SHA-256, as it is printed. ``banner``: of a rehearsal, in each language."""

    size: Size
    columns: tuple[Column, ...]
    hash: Words
    hash_words: Words
    banner: Words = ""


def poster_of(event: EventConfig, size: Size) -> Poster:
    """The poster of the event's notice, from the event's settings alone."""
    digest = notice_hash(event)
    texts = [Texts(language.value) for language in event.languages]
    banner = " · ".join(each("papers.rehearsal") for each in texts) if event.mode.value == "rehearsal" else ""
    columns = tuple(_column(event, language, digest) for language in event.languages)
    return Poster(size=size, columns=columns, hash=digest, hash_words=" · ".join(_hash_words(texts)), banner=banner)


def full_form(event: EventConfig, language: Language) -> str:
    """The full notice as plain text, with the product's headings."""
    texts = Texts(language.value)
    text = full_text(event, language, {field: texts(f"notice.part.{field}") for field in NOTICE_FIELDS})
    return "\n\n".join((text, *(f"{heading}\n{words}" for heading, words in seen_by_officers(event, texts))))


def seen_by_officers(event: EventConfig, texts: Texts) -> tuple[tuple[str, str], ...]:
    """Heading and words of a further part of the notice, where officers may see the document's portrait (R-34)."""
    return ((texts("notice.part.portrait"), texts("notice.portrait")),) if event.desk.chip_portrait else ()


def _column(event: EventConfig, language: Language, digest: str) -> Column:
    texts, words = Texts(language.value), words_in(event, language)
    fields = [(texts(f"notice.part.{field}"), words[field]) for field in NOTICE_FIELDS]
    fields.extend(seen_by_officers(event, texts))
    if event.place.public_safety_reference:
        fields.append((texts("poster.public_safety"), event.place.public_safety_reference))
    code, held = _code(event, language, digest)
    return Column(
        language=language.value,
        name=words["name"],
        headline=texts("poster.headline"),
        choice=texts("poster.choice", desk=words["staff_desk"]),
        short=words["short"],
        fields=tuple(fields),
        code=code,
        code_words=texts(f"poster.code.{held}"),
    )


def _code(event: EventConfig, language: Language, digest: str) -> tuple[str, str]:
    """The address of the full notice, or the notice itself, or where it is too long for a code its hash and contact."""
    if event.notice.address:
        return event.notice.address, "address"
    text = full_form(event, language)
    if len(text.encode("utf-8")) <= MOST_CODE_BYTES:
        return text, "text"
    contact = words_in(event, language)["contact"]
    return f"{contact}\nSHA-256 {digest}", "contact"


def _hash_words(texts: list[Texts]) -> list[str]:
    return list(dict.fromkeys(each("poster.hash") for each in texts))
