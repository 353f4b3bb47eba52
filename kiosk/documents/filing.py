"""Filing of stored faces (R-76): whether it is due, until when, and the five parts an authority asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.config.event import EventConfig
from kiosk.documents.common import Rows, event_facts, language_in
from kiosk.documents.figures import FACE, Figures
from kiosk.documents.paper import AnyPart, Facts, Heading, Lines, Paper, Text
from kiosk.documents.record import volume_rows
from kiosk.documents.software import means_rows, measure_rows, purpose_rows, retention_rows
from kiosk.documents.working_days import FILING_DAYS, Due, due_after
from kiosk.domain.place_rules import rules_of
from kiosk.text import Texts

AMBER_AT = 10_000
RED_AT = 100_000
"""Persons stored, in all; a profile may say less."""
FORM = ("unit_code", "representative", "handler", "authorisation", "undertaking")
"""What the authority's own form asks for besides, and only the organiser knows."""


class Level(StrEnum):
    GREEN = "green"
    AMBER = "amber"  # a tenth of what has to be filed
    RED = "red"  # has to be filed


@dataclass(frozen=True)
class Filing:
    """``processed``: choices of the face check; ``stored``: persons whose captures were kept, ever. ``due``: until when
    to file, None below the limit.
    """

    processed: int
    stored: int
    level: Level
    due: Due | None


def filing_of(event: EventConfig, counts: Mapping[str, int], figures: Figures, reached: date) -> Filing:
    """``reached``: the day the limit was reached, as far as it was."""
    stored, limit = counts.get("held_total", 0), rules_of(event.profiles).filing_at or RED_AT
    level = Level.RED if stored >= limit else Level.AMBER if stored >= AMBER_AT else Level.GREEN
    due = due_after(reached) if level is Level.RED else None
    return Filing(figures.choices[FACE], stored, level, due)


def filing_parts(
    event: EventConfig, counts: Mapping[str, int], figures: Figures, filing: Filing, texts: Texts, made: str
) -> dict[str, Paper]:
    """Parts one to four as papers; the fifth is the assessment."""
    processor: list[AnyPart] = [
        Facts(rows=event_facts(event, texts)),
        Heading(words=texts("filing.form")),
        Lines(labels=tuple(texts(f"filing.field.{field}") for field in FORM)),
    ]
    purpose: list[AnyPart] = [
        Facts(rows=purpose_rows(event, texts)),
        Heading(words=texts("record.means")),
        Facts(rows=means_rows(event, texts)),
    ]
    stored: list[AnyPart] = [
        Facts(rows=(*filing_rows(filing, texts), *volume_rows(counts, figures, texts))),
        Heading(words=texts("record.measures")),
        Facts(rows=measure_rows(texts)),
    ]
    rules: list[AnyPart] = [
        Facts(rows=retention_rows(event, texts)),
        Heading(words=texts("record.destroyed")),
        Text(words=texts("record.destroyed_words")),
        Heading(words=texts("filing.procedures")),
        Text(words=texts("filing.procedures_words")),
    ]
    parts = {
        "1-processor": processor,
        "2-purpose-and-means": purpose,
        "3-stored-and-protected": stored,
        "4-rules": rules,
    }
    return {name: _paper(name, event, texts, made, found) for name, found in parts.items()}


def filing_rows(filing: Filing, texts: Texts) -> Rows:
    """Whether it is due, in words."""
    due = texts("filing.not_due")
    if filing.due is not None:
        sure = "certain" if filing.due.certain else "uncertain"
        due = texts(f"filing.due.{sure}", day=filing.due.day.isoformat(), days=FILING_DAYS)
    return (
        (texts("filing.level"), texts(f"filing.levels.{filing.level.value}")),
        (texts("filing.until"), due),
    )


def _paper(name: str, event: EventConfig, texts: Texts, made: str, parts: list[AnyPart]) -> Paper:
    return Paper(
        language="zh" if texts.language == "zh" else "en",
        title=texts(f"filing.part.{name}"),
        subtitle=f"{texts('filing.title')} · {event.name[language_in(event, texts)]} · {made}",
        foot=event.id,
        parts=tuple(parts),
    )
