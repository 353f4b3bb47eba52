"""One record of the log in whole words. What a later version wrote and this one has no words for is shown bare."""

from __future__ import annotations

from datetime import datetime

from kiosk.audit.reading import Listed
from kiosk.audit.record import seconds
from kiosk.office.view import Group, Mark, Row
from kiosk.text import Texts


def kind_words(kind: str, texts: Texts) -> str:
    return _words(f"audit.kind.{kind}", kind, texts)


def area_words(area: str, texts: Texts) -> str:
    return _words(f"audit.area.{area}", area, texts)


def time_words(at: str) -> str:
    """The machine's own time; the record holds UTC."""
    try:
        return f"{datetime.fromtimestamp(seconds(at)).astimezone():%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return at


def record_row(record: Listed, texts: Texts) -> Row:
    if not record.kind:
        return Row(str(record.place), ("?", "", texts("office.audit.unreadable"), "", ""), Mark.BAD)
    result = texts("office.audit.ok" if record.success else "office.audit.failed")
    about = f"{record.by} → {record.about}" if record.about else record.by
    cells = (f"{record.seq:,}", time_words(record.at), kind_words(record.kind, texts), about, result)
    return Row(str(record.place), cells, Mark.NONE if record.success else Mark.LOOK)


def record_groups(record: Listed, texts: Texts) -> tuple[Group, ...]:
    if not record.kind:
        return ()
    head = (
        (texts("office.audit.field.number"), f"{record.seq:,}"),
        (texts("office.audit.field.at"), f"{time_words(record.at)}  (UTC {record.at})"),
        (texts("office.audit.field.kind"), f"{kind_words(record.kind, texts)}  ({record.kind})"),
        (texts("office.audit.field.by"), record.by),
        (texts("office.audit.field.about"), record.about or "–"),
        (texts("office.audit.field.result"), texts("office.audit.ok" if record.success else "office.audit.failed")),
    )
    more = tuple(
        (_words(f"audit.field.{name}", name, texts), _value(value, texts)) for name, value in record.fields.items()
    )
    groups = [Group(texts("office.audit.record"), head)]
    if more:
        groups.append(Group(texts("office.audit.with"), more))
    return tuple(groups)


def _value(value: object, texts: Texts) -> str:
    if isinstance(value, bool):
        return texts("office.audit.yes" if value else "office.audit.no")
    if isinstance(value, int):
        return f"{value:,}"
    return _words(f"audit.value.{value}", str(value), texts)


def _words(key: str, bare: str, texts: Texts) -> str:
    return texts(key) if texts.has(key) else bare
