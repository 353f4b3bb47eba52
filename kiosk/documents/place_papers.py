"""Which papers the rules of the place ask for, and how each is made: one entry a paper, none forgotten (R-72).

A paper is one or more files by name: a sheet that is painted to PDF, or bytes as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.closing.certificate_file import sha256
from kiosk.config.event import EventConfig
from kiosk.documents.assessment import Assessment, as_paper
from kiosk.documents.figures import Figures
from kiosk.documents.filing import filing_of, filing_parts
from kiosk.documents.paper import Part
from kiosk.documents.poster import Size, full_form, poster_of
from kiosk.documents.record import record_paper, requests_paper, retention_paper
from kiosk.documents.security_map import security_map
from kiosk.domain.place_rules import Paper, rules_of
from kiosk.text import Texts

Files = dict[str, Part | bytes]


@dataclass(frozen=True)
class Known:
    """What papers are made of. ``assessment``: the bytes somebody stands for, None before. ``made``: when, in words."""

    event: EventConfig
    counts: Mapping[str, int]
    figures: Figures
    assessment: bytes | None
    texts: Texts
    made: str
    today: date


def files_for(known: Known) -> dict[Paper, Files]:
    """Every paper the event's profiles ask for, strictest together; one that cannot be made yet has no files."""
    wanted = rules_of(known.event.profiles).papers
    return {paper: MAKERS[paper](known) for paper in Paper if paper in wanted}


def _notice(known: Known) -> Files:
    return {
        f"notice-{language.value}.txt": f"{full_form(known.event, language)}\n".encode()
        for language in known.event.languages
    }


def _sign(known: Known) -> Files:
    return {f"poster-{size.value}.pdf": poster_of(known.event, size) for size in Size}


def _assessment(known: Known) -> Files:
    if known.assessment is None:
        return {}
    made = Assessment.model_validate_json(known.assessment)
    return {"assessment.pdf": as_paper(made, known.event, known.texts, sha256(known.assessment))}


def _record(known: Known) -> Files:
    return {"record.pdf": record_paper(known.event, known.counts, known.figures, known.texts, known.made)}


def _retention(known: Known) -> Files:
    return {"retention.pdf": retention_paper(known.event, known.texts, known.made)}


def _filing(known: Known) -> Files:
    filing = filing_of(known.event, known.counts, known.figures, known.today)
    parts = filing_parts(known.event, known.counts, known.figures, filing, known.texts, known.made)
    fifth = {f"filing/5-{name}": sheet for name, sheet in _assessment(known).items()}
    return {**{f"filing/{name}.pdf": sheet for name, sheet in parts.items()}, **fifth}


def _security_map(known: Known) -> Files:
    return {"protection-level-3.pdf": security_map(known.event, known.texts, known.made)}


def _requests(known: Known) -> Files:
    return {"requests.pdf": requests_paper(known.event, known.texts, known.made)}


MAKERS: dict[Paper, Callable[[Known], Files]] = {
    Paper.NOTICE: _notice,
    Paper.SIGN: _sign,
    Paper.ASSESSMENT: _assessment,
    Paper.RETENTION: _retention,
    Paper.PROCESSING_RECORD: _record,
    Paper.FILING_PACK: _filing,
    Paper.SECURITY_MAP: _security_map,
    Paper.REQUESTS: _requests,
}
