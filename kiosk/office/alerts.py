"""Signs of an attack in words, for the office and for the desk's banner."""

from __future__ import annotations

from kiosk.audit.alerts import Alert
from kiosk.office.audit_words import kind_words, time_words
from kiosk.office.view import Act, Column, ListPage, Mark, Row, Weight
from kiosk.text import Texts

MOST_SHOWN = 50
SEEN = "seen"


def alert_words(alert: Alert, texts: Texts) -> str:
    """What, on which device or file, noticed by whom."""
    about = f" ({alert.detail})" if alert.detail else ""
    return f"{kind_words(alert.kind, texts)}{about} · {alert.by}"


def banner_words(alerts: tuple[Alert, ...], texts: Texts) -> str:
    """The newest one, and how many more."""
    if not alerts:
        return ""
    newest = f"{time_words(alerts[0].at)[11:16]}  {alert_words(alerts[0], texts)}"
    return newest if len(alerts) == 1 else texts("alert.more", newest=newest, count=len(alerts) - 1)


def alerts_page(alerts: tuple[Alert, ...], texts: Texts) -> ListPage:
    rows = tuple(
        Row(str(alert.seq), (time_words(alert.at), kind_words(alert.kind, texts), alert.detail, alert.by), Mark.LOOK)
        for alert in alerts[:MOST_SHOWN]
    )
    names = {"at": 1.3, "kind": 2.2, "detail": 1.8, "by": 1.0}
    columns = tuple(Column(texts(f"alert.column.{name}"), share) for name, share in names.items())
    acts = (Act(SEEN, texts("alert.seen"), Weight.PRIMARY),) if alerts else ()
    return ListPage(texts("alert.title"), columns, rows, texts("alert.lead"), acts=acts, empty=texts("alert.none"))
