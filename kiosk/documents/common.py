"""What all papers say alike: which event, for whom it is, when something was. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from kiosk.config.event import EventConfig
from kiosk.config.notice import notice_hash
from kiosk.config.texts import Language
from kiosk.text import Texts

Rows = tuple[tuple[str, str], ...]


def language_in(event: EventConfig, texts: Texts) -> Language:
    """The event's texts in the paper's language, or in the first the event has."""
    return next((each for each in event.languages if each.value == texts.language), event.languages[0])


def event_facts(event: EventConfig, texts: Texts) -> Rows:
    """Which event a paper is about."""
    language = language_in(event, texts)
    sessions = "\n".join(f"{each.name[language]}: {each.date.isoformat()}" for each in event.sessions)
    return (
        (texts("papers.name"), event.name[language]),
        (texts("papers.id"), event.id),
        (texts("papers.sessions"), sessions.replace("\n", "; ")),
        (texts("papers.organiser"), event.notice.controller[language]),
        (texts("papers.contact"), event.notice.contact[language]),
        (texts("papers.profiles"), ", ".join(profile.value for profile in event.profiles)),
        (texts("papers.notice_hash"), notice_hash(event)),
    )


def made_words(now_s: float, version: str, texts: Texts) -> str:
    """When a paper was made, UTC."""
    return texts("papers.made", when=f"{datetime.fromtimestamp(now_s, UTC):%Y-%m-%d %H:%M} UTC", version=version)


def day_time(slot: str, event: EventConfig) -> str:
    """``2026-05-01T10:15Z`` as ``05-01 18:15`` where the event is; what is no slot, as it is."""
    try:
        at = datetime.strptime(slot, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)
    except ValueError:
        return slot
    return f"{at.astimezone(event.sessions[0].doors.tzinfo):%m-%d %H:%M}"


def words_or(texts: Texts, key: str, bare: str) -> str:
    """Words for something of a later version's are its own code."""
    return texts(key) if texts.has(key) else bare
