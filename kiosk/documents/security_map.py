"""Control points of protection level three: which the program meets, and what is left to the venue (R-79)."""

from __future__ import annotations

from kiosk.config.event import EventConfig
from kiosk.documents.paper import Paper, Table, Text
from kiosk.text import Texts

POINTS = (
    "identity",
    "access",
    "audit",
    "intrusion",
    "malware",
    "trusted",
    "integrity",
    "secrecy",
    "backup",
    "residue",
    "personal",
)
"""GB/T 22239-2019, 8.1.4.1 to 8.1.4.11, in order."""


def security_map(event: EventConfig, texts: Texts, made: str) -> Paper:
    columns = tuple(texts(f"security_map.{name}") for name in ("point", "program", "venue"))
    rows = tuple(
        (
            f"{number}. {texts(f'security_map.name.{point}')}",
            texts(f"security_map.does.{point}"),
            texts(f"security_map.owes.{point}"),
        )
        for number, point in enumerate(POINTS, start=1)
    )
    return Paper(
        language="zh" if texts.language == "zh" else "en",
        title=texts("security_map.title"),
        subtitle=made,
        foot=event.id,
        parts=(Text(words=texts("security_map.lead")), Table(columns=columns, rows=rows, shares=(1.1, 2.0, 1.8))),
    )
