"""From the event file to the words the windows show: names and directions per language."""

from __future__ import annotations

from kiosk.config.event import NOTICE_FIELDS, EventConfig, Language
from kiosk.text import Texts
from kiosk.ui.event_words import EventScene, EventWords, NoticePart


def event_scene(event: EventConfig, gate_group: str) -> EventScene:
    """The event's words in each of its languages, as seen from one gate group."""
    return EventScene({language.value: _words(event, gate_group, language) for language in event.languages})


def _words(event: EventConfig, gate_group: str, language: Language) -> EventWords:
    texts = Texts(language.value)
    here = event.gate_group(gate_group)
    notice = tuple(
        NoticePart(texts(f"notice.part.{field}"), getattr(event.notice, field)[language]) for field in NOTICE_FIELDS
    )
    return EventWords(
        event_name=event.name[language],
        gate_name=here.name[language] if here else gate_group,
        desk_place=event.staff_desk[language],
        short_notice=event.notice.short[language],
        full_notice=notice,
        gate_names={group.id: group.name[language] for group in event.gate_groups},
        session_names={session.id: session.name[language] for session in event.sessions},
    )
