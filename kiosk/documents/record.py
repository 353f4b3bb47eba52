"""The record of processing of one event (R-73), the retention page (R-78), answers to requests: made without input."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.config.event import EventConfig
from kiosk.documents.common import Rows, event_facts, language_in, words_or
from kiosk.documents.figures import FACE, STAFF, Figures
from kiosk.documents.paper import AnyPart, Facts, Heading, Paper, Text
from kiosk.documents.software import means_rows, measure_rows, model_rows, purpose_rows, retention_rows
from kiosk.domain.place_rules import rules_of
from kiosk.domain.suppression import shown_list
from kiosk.text import Texts


def record_paper(event: EventConfig, counts: Mapping[str, int], figures: Figures, texts: Texts, made: str) -> Paper:
    """Who processed what, why, how much of it, for how long; volumes come from the log."""
    parts: list[AnyPart] = [
        Facts(rows=event_facts(event, texts)),
        Heading(words=texts("record.purpose")),
        Facts(rows=purpose_rows(event, texts)),
        Heading(words=texts("record.means")),
        Facts(rows=means_rows(event, texts)),
        Heading(words=texts("record.volumes")),
        Facts(rows=volume_rows(counts, figures, texts)),
        Heading(words=texts("record.measures")),
        Facts(rows=measure_rows(texts)),
        Heading(words=texts("record.incidents")),
        _incidents(figures, texts),
    ]
    return _paper("record", event, texts, made, parts)


def volume_rows(counts: Mapping[str, int], figures: Figures, texts: Texts) -> Rows:
    """Of the whole event; persons stored are those whose captures were kept for a dispute (R-76)."""
    (face, staff), total = shown_list([figures.choices[FACE], figures.choices[STAFF]])
    numbers = {"choices": total, "faces": face, "staff": staff}
    told = tuple((texts(f"record.volume.{name}"), _told(number, texts)) for name, number in numbers.items())
    stored = tuple((texts(f"record.volume.{name}"), f"{counts.get(name, 0):,}") for name in ("held_peak", "held_total"))
    whole = tuple(
        (words_or(texts, f"office.event.count.{n}", n), f"{counts.get(n, 0):,}") for n in ("tickets", "admitted")
    )
    return (*whole, *told, *stored)


def retention_paper(event: EventConfig, texts: Texts, made: str) -> Paper:
    """For everybody to read: how long data is kept and how it is destroyed, from the settings in force."""
    language = language_in(event, texts)
    parts: list[AnyPart] = [
        Facts(rows=event_facts(event, texts)),
        Heading(words=texts("record.kept")),
        Facts(rows=retention_rows(event, texts)),
        Heading(words=texts("record.destroyed")),
        Text(words=texts("record.destroyed_words")),
        Heading(words=texts("notice.part.rights")),
        Text(words=event.notice.rights[language]),
    ]
    return _paper("retention", event, texts, made, parts)


def requests_paper(event: EventConfig, texts: Texts, made: str) -> Paper:
    """For whoever answers people and regulators: what can be said, and until when."""
    rules = rules_of(event.profiles)
    hours = (
        texts("requests.none_set")
        if rules.incident_h is None
        else texts("requests.hours", hours=f"{rules.incident_h:g}")
    )
    days = texts("requests.none_set") if rules.request_days is None else texts("requests.days", days=rules.request_days)
    kinds = ("access", "deletion", "withdrawal", "objection", "complaint")
    parts: list[AnyPart] = [
        Facts(rows=event_facts(event, texts)),
        Heading(words=texts("requests.answers")),
        Facts(rows=tuple((texts(f"requests.kind.{kind}"), texts(f"requests.words.{kind}")) for kind in kinds)),
        Heading(words=texts("requests.times")),
        Facts(rows=((texts("requests.answer_within"), days), (texts("requests.report_within"), hours))),
        Heading(words=texts("requests.decision")),
        Text(words=texts("requests.decision_words")),
        Facts(rows=model_rows(event, texts)),
    ]
    return _paper("requests", event, texts, made, parts)


def _incidents(figures: Figures, texts: Texts) -> AnyPart:
    rows = [
        (words_or(texts, f"venue.why.{why}", why), f"{count:,}") for why, count in sorted(figures.incidents.items())
    ]
    rows += [
        (words_or(texts, f"audit.kind.{kind}", kind), f"{count:,}") for kind, count in sorted(figures.faults.items())
    ]
    return Facts(rows=tuple(rows)) if rows else Text(words=texts("record.no_incidents"))


def _told(number: int | None, texts: Texts) -> str:
    return texts("report.untold_share") if number is None else f"{number:,}"


def _paper(name: str, event: EventConfig, texts: Texts, made: str, parts: list[AnyPart]) -> Paper:
    return Paper(
        language="zh" if texts.language == "zh" else "en",
        title=texts(f"{name}.title"),
        subtitle=f"{event.name[language_in(event, texts)]} · {made}",
        foot=event.id,
        parts=tuple(parts),
    )
