"""What the program truly does with these settings, in words: the configuration and the model card, nothing else.

Assessments, records and policies are pre-filled with it, so that no paper promises what the program does not do.
"""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.closing.planning import plan_of
from kiosk.config.event import EventConfig
from kiosk.documents.common import Rows, language_in
from kiosk.domain.place_rules import rules_of
from kiosk.face.card import Card, CardUnusable, shipped_card
from kiosk.text import Texts


def purpose_rows(event: EventConfig, texts: Texts) -> Rows:
    """Why identities are checked here at all, and by which rule."""
    language, reason, none = language_in(event, texts), event.reason, texts("papers.none")
    duty = texts(f"software.duty.{reason.duty.value or 'unanswered'}")
    return (
        (texts("software.purpose"), f"{texts('software.use')} {event.notice.purpose[language]}"),
        (texts("software.who_asks"), duty),
        (texts("software.necessity"), reason.necessity or none),
        (texts("software.rule"), reason.rule or none),
        (texts("poster.public_safety"), event.place.public_safety_reference or none),
        (texts("software.sign_off"), event.place.data_protection_sign_off or none),
    )


def means_rows(event: EventConfig, texts: Texts) -> Rows:
    """How people are checked, with which data, for how long."""
    off = "" if event.face.enabled else "_off"
    return (
        (texts("software.face"), _face(event, texts)),
        (texts("software.staff"), "; ".join(_staff(event, texts))),
        (texts("software.categories"), texts(f"software.categories_words{off}")),
        (
            texts("software.documents"),
            ", ".join(texts(f"software.kind.{kind.value}") for kind in event.allowed.documents),
        ),
        (texts("software.compared"), texts(f"software.compared_words{off}")),
        *_seen_at_the_desk(event, texts),
        (texts("software.where"), texts("software.where_words")),
        (texts("software.recipients"), texts("software.recipients_words")),
        (texts("software.children"), texts("software.children_words", years=event.minimum_age_years)),
        *retention_rows(event, texts),
    )


def retention_rows(event: EventConfig, texts: Texts) -> Rows:
    """How long each kind of data is kept, as the settings say (R-78)."""
    rules, hold = rules_of(event.profiles), event.hold
    held = texts("software.held_on", hours=f"{hold.max_h:g}") if hold.allowed else texts("software.held_off")
    faces = "kept_faces_words" if event.face.enabled else "kept_faces_words_off"
    return (
        (texts("software.kept_faces"), texts(f"software.{faces}")),
        (texts("software.kept_disputes"), held),
        (texts("software.kept_tickets"), texts("software.kept_tickets_words", hours=f"{event.retention.grace_h:g}")),
        (
            texts("software.kept_log"),
            texts("software.kept_log_words", months=rules.log_months, years=rules.records_years),
        ),
        (texts("software.kept_papers"), texts("software.kept_papers_words", years=rules.records_years)),
    )


def measure_rows(texts: Texts) -> Rows:
    """What protects people and their data, whatever the settings are."""
    names = ("sealed", "key", "wipe", "log", "roles", "checked", "network", "refusal", "untold")
    return tuple((texts(f"software.measure.{name}"), texts(f"software.measure_words.{name}")) for name in names)


def model_rows(event: EventConfig, texts: Texts, card: Card | None = None) -> Rows:
    """How often comparisons go wrong, as the model card says, with upper limits; nothing of it where none is made."""
    if not event.face.enabled:
        return ((texts("software.engine"), texts("software.engine_off")),)
    try:
        known = card or shipped_card()
    except CardUnusable:
        return ((texts("software.engine"), texts("papers.not_known")),)
    return ((texts("software.engine"), f"{known.engine}, OpenCV {known.opencv}"), *_thresholds(known, texts))


def _thresholds(card: Card, texts: Texts) -> Iterator[tuple[str, str]]:
    for kind, threshold in card.thresholds.items():
        evidence = threshold.evidence
        words = texts(
            "software.rates",
            value=f"{threshold.value:.2f}",
            fmr=f"{evidence.fmr:.4%}",
            fmr_high=f"{evidence.fmr_high:.4%}",
            nonmated=f"{evidence.nonmated:,}",
            fnmr=f"{evidence.fnmr:.2%}",
            fnmr_high=f"{evidence.fnmr_high:.2%}",
            mated=f"{evidence.mated:,}",
        )
        yield texts(f"report.portrait.{kind}"), words
    yield texts("software.not_measured"), texts("software.not_measured_words")


def _face(event: EventConfig, texts: Texts) -> str:
    face = event.face
    if not face.enabled:
        return texts("software.face_off")
    signs = texts(f"software.signs.{face.attack_signals.value}")
    return texts("software.face_on", attempts=face.attempts, seconds=f"{face.attempt_s:g}") + " " + signs


def _seen_at_the_desk(event: EventConfig, texts: Texts) -> Rows:
    seen = (texts("software.chip_portrait"), texts("software.chip_portrait_words"))
    return (seen,) if event.desk.chip_portrait else ()


def _staff(event: EventConfig, texts: Texts) -> Iterator[str]:
    for group in plan_of(event).groups:
        yield texts("software.officers", group=group.group, planned=group.planned, needed=group.needed)
