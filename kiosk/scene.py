"""Event file -> the words the windows show."""

from __future__ import annotations

from kiosk.config.event import NOTICE_FIELDS, EventConfig
from kiosk.config.texts import Language
from kiosk.documents.poster import seen_by_officers
from kiosk.holding.permission import Terms
from kiosk.text import Texts
from kiosk.ui.event_words import EventScene, EventWords, NoticePart


def event_scene(event: EventConfig, gate_group: str, terms: Terms | None = None) -> EventScene:
    """The words of one station of this event, in each of its languages. ``terms``: where it holds captures."""
    return EventScene({language.value: _words(event, gate_group, language, terms) for language in event.languages})


def _words(event: EventConfig, gate_group: str, language: Language, terms: Terms | None) -> EventWords:
    texts = Texts(language.value)
    notice = event.notice
    gates = {group.id: group.name[language] for group in event.gate_groups}
    return EventWords(
        event_name=event.name[language],
        gate_name=gates.get(gate_group, gate_group),
        desk_place=event.staff_desk[language],
        short_notice=notice.short[language],
        full_notice=tuple(
            NoticePart(texts(f"notice.part.{name}"), getattr(notice, name)[language]) for name in NOTICE_FIELDS
        )
        + tuple(NoticePart(heading, words) for heading, words in seen_by_officers(event, texts)),
        gate_names=gates,
        gate_places={group.id: group.where[language] for group in event.gate_groups},
        session_names={
            session.id: texts(
                "common.session_day",
                name=session.name[language],
                day=session.date.day,
                month_name=texts(f"common.month.{session.date.month}"),
            )
            for session in event.sessions
        },
        hold_ground=terms.ground.get(language.value, "") if terms else "",
        hold_hours=terms.max_h if terms else 0.0,
    )
