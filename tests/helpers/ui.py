"""What every window test needs: an invented event, every view, fingers, and eyes for what is clipped or too small."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget

from kiosk.domain.act import Act
from kiosk.domain.incident import Mode
from kiosk.domain.lane import Lane
from kiosk.domain.outcome import CheckOutcome, EarlierUse
from kiosk.face.port import Advice
from kiosk.station.desk_view import (
    DeskState,
    DeskView,
    FoundTicket,
    PartyMember,
    QueueView,
    Reentry,
    Trouble,
    WaitingCall,
)
from kiosk.text import PSEUDO
from kiosk.ui.event_words import EventScene, EventWords, NoticePart
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.words import Words
from kiosk.visit.view import Keeping, Screen, View, WhereReason

PORTRAIT, LANDSCAPE = (1080, 1920), (1280, 800)
SIZES = (PORTRAIT, LANDSCAPE)
LANGUAGES = ("zh", "en", PSEUDO)
NOON_UTC = 1777638900.0

MASKED_NAME = "欧阳*"
AREA = "A2"

_NOTICE = {
    "en": " ".join(["notice"] * 119 + ["end."]),  # the longest R-07 allows: 120 words
    "zh": "告" * 199 + "。",  # 200 characters
}


def _words(language: str) -> EventWords:
    chinese = language == "zh"
    return EventWords(
        event_name="灯塔合唱团巡回音乐会 · 最终场" if chinese else "The Lighthouse Choir on Tour – Last Night",
        gate_name="北一号入口" if chinese else "Gate North 1",
        desk_place="入口右侧的蓝色服务台" if chinese else "the blue desk to the right of the entrance",
        short_notice=_NOTICE["zh" if chinese else "en"],
        full_notice=tuple(
            NoticePart(("标题" if chinese else "Heading") + str(n), ("告知内容" if chinese else "statement ") * 20)
            for n in range(8)
        ),
        gate_names={"B": "南入口" if chinese else "Gate South"},
        gate_places={"B": "沿河向左二百米" if chinese else "two hundred metres to the left along the river"},
        session_names={"S2": "5月2日\n第二场" if chinese else "2 May\nSecond night"},
        hold_ground=("本人单独同意，供投诉核查。" * 10)[:120] if chinese else ("your separate consent; " * 5),
        hold_hours=2.5,
    )


SCENE = EventScene({language: _words(language) for language in LANGUAGES})

STATION_VIEWS: dict[str, View] = {
    "choice": View(Screen.CHOICE),
    "choice-document": View(Screen.CHOICE, document_down=True),
    "prior-face": View(Screen.PRIOR_CHOICE, prior=Lane.FACE),
    "prior-staff": View(Screen.PRIOR_CHOICE, prior=Lane.STAFF),
    "present": View(Screen.PRESENT_DOCUMENT, can_stop=True),
    "present-code": View(Screen.PRESENT_DOCUMENT, can_stop=True, code_needed=True),
    "present-code-seen": View(Screen.PRESENT_DOCUMENT, can_stop=True, code_needed=True, code_seen=True),
    "reading": View(Screen.READING, can_stop=True),
    **{
        f"look-{advice}": View(Screen.LOOK_HERE, can_stop=True, advice=advice, attempt=1 + (advice == "none"))
        for advice in Advice
    },
    "welcome": View(Screen.WELCOME, masked_name=MASKED_NAME, seat_area=AREA),
    "other-gate": View(Screen.WHERE_TO_GO, where_reason=WhereReason.OTHER_GATE, where="B"),
    "other-day": View(Screen.WHERE_TO_GO, where_reason=WhereReason.OTHER_DAY, where="S2"),
    "see-staff": View(Screen.SEE_STAFF),
    "see-staff-disputable": View(Screen.SEE_STAFF, can_dispute=True),
    "hold-consent": View(Screen.HOLD_CONSENT),
    "choice-keeps": View(Screen.CHOICE, keeps=True),
    "present-keeps": View(Screen.PRESENT_DOCUMENT, can_stop=True, keeps=True),
    **{
        f"look-act-{act}": View(Screen.LOOK_HERE, can_stop=True, act=act, act_step=1, act_of=2, attempt=2)
        for act in Act
    },
    "look-keeps": View(Screen.LOOK_HERE, can_stop=True, keeps=True),
    "see-staff-sealing": View(Screen.SEE_STAFF, keeping=Keeping.PENDING),
    "see-staff-code": View(Screen.SEE_STAFF, keeping=Keeping.KEPT, dispute_code="K7M4PX"),
    "see-staff-nothing-kept": View(Screen.SEE_STAFF, keeping=Keeping.FAILED),
    "staff-chosen": View(Screen.STAFF_CHOSEN),
    "out-of-service": View(Screen.OUT_OF_SERVICE),
    **{f"mode-{mode}": View(Screen.OUT_OF_SERVICE, mode=mode) for mode in Mode if mode},
    "document-only": View(Screen.PRESENT_DOCUMENT, can_stop=True, mode=Mode.DOCUMENT_ONLY),
    "idle": View(Screen.PRESENT_DOCUMENT, can_stop=True, idle_warning=True),
}

_FACTS = DeskView(
    DeskState.FACTS,
    masked_name=MASKED_NAME,
    name_agrees=True,
    age_ok=True,
    document_validity="valid",
    ticket_reference_end="7QF2",
    session="S2",
    gate_group="B",
    seat_area=AREA,
    reader_online=True,
)
EARLIER = EarlierUse(NOON_UTC, "north-1", "B", "face")


def desk_facts(outcome: str, **changes: object) -> DeskView:
    """The desk's facts for one outcome."""
    return replace(_FACTS, outcome=outcome, **changes)  # type: ignore[arg-type]  # field names are checked at run time


DESK_VIEWS: dict[str, DeskView] = {
    "waiting": DeskView(DeskState.WAITING, reader_online=True),
    "waiting-unconfirmed": DeskView(DeskState.WAITING, unconfirmed=tuple(f"19:4{n}  A{n}" for n in range(5))),
    "reading": DeskView(DeskState.READING, reader_online=True),
    **{outcome: desk_facts(outcome, can_admit=outcome == "valid") for outcome in CheckOutcome},
    "used": desk_facts(CheckOutcome.ALREADY_USED, earlier_use=EARLIER),
    "everything-odd": desk_facts(
        CheckOutcome.ALREADY_USED, earlier_use=EARLIER, age_ok=False, name_agrees=False, document_validity="expired"
    ),
    "admitted": DeskView(DeskState.ADMITTED, masked_name=MASKED_NAME, seat_area=AREA, can_undo=True),
    "to-supervisor": DeskView(DeskState.TO_SUPERVISOR),
    "trouble-store": DeskView(DeskState.TROUBLE, trouble="store.full"),
    "trouble-service": DeskView(DeskState.TROUBLE, trouble="service.closed"),
    "trouble-document": DeskView(DeskState.TROUBLE, trouble="document.garbled"),
}

CALLS = tuple(WaitingCall(f"station-north-{n}", "B", n) for n in range(5))
DESK_VIEWS |= {
    f"call-{name}": replace(view, calls=CALLS[: 1 + index % 5])
    for index, (name, view) in enumerate(tuple(DESK_VIEWS.items()))
}
FOUND = tuple(FoundTicket(str(n), MASKED_NAME, AREA, "B") for n in range(5))
PARTY = tuple(
    PartyMember(str(n), MASKED_NAME, AREA, n > 0, "valid", "in_use_elsewhere" if n == 4 else "") for n in range(6)
)
QUEUE = QueueView(waiting=12, first_station="station-north-1", first_group="B", first_min=4)
SERVING = replace(QUEUE, serving_station="station-north-2", serving_group="B", serving_min=11)
NOTICES = (WaitingCall("unstaffed:B", "B", notice="unstaffed"), WaitingCall("waits:B", "B", notice="waits"), *CALLS[:2])
DESK_VIEWS |= {
    "queue": DeskView(DeskState.WAITING, reader_online=True, queue=QUEUE),
    "queue-away": DeskView(DeskState.WAITING, queue=replace(QUEUE, online=False)),
    "queue-serving": DeskView(DeskState.WAITING, reader_online=True, queue=SERVING),
    "queue-serving-call": DeskView(DeskState.WAITING, reader_online=True, queue=SERVING, calls=CALLS),
    "queue-not-told": DeskView(DeskState.WAITING, queue=replace(QUEUE, trouble=Trouble.GATE)),
    "queue-call-unconfirmed": replace(DESK_VIEWS["waiting-unconfirmed"], queue=QUEUE, calls=CALLS[:1]),
    "queue-facts": desk_facts(CheckOutcome.VALID, can_admit=True, queue=SERVING),
    "queue-used": desk_facts(CheckOutcome.ALREADY_USED, earlier_use=EARLIER, queue=SERVING, calls=CALLS[:1]),
    "queue-admitted": replace(DESK_VIEWS["admitted"], queue=SERVING, from_gate=True),
    "found": DeskView(DeskState.WAITING, reader_online=True, found=FOUND, found_more=True),
    "found-call": DeskView(DeskState.WAITING, found=FOUND, queue=QUEUE, calls=CALLS[:1]),
    "party": DeskView(DeskState.WAITING, reader_online=True, party=PARTY[:2], party_ready=True),
    "party-full": DeskView(DeskState.WAITING, reader_online=True, party=PARTY),
    "party-call": DeskView(DeskState.WAITING, party=PARTY, calls=CALLS[:2]),
    "party-facts": desk_facts(CheckOutcome.VALID, can_admit=True, can_gather=True, party=PARTY[:2]),
    "party-used": desk_facts(CheckOutcome.ALREADY_USED, earlier_use=EARLIER, party=PARTY),
    "party-admitted": DeskView(DeskState.ADMITTED, outcome="valid", heads=6, can_undo=True),
    "may-gather": desk_facts(CheckOutcome.VALID, can_admit=True, can_gather=True, queue=SERVING, calls=CALLS),
    "goes-out": desk_facts(CheckOutcome.ALREADY_USED, earlier_use=EARLIER, can_exit=True),
    **{
        f"reentry-{one}": desk_facts(CheckOutcome.ALREADY_USED, earlier_use=EARLIER, reentry=one)
        for one in Reentry
        if one
    },
    "comes-back": desk_facts(
        CheckOutcome.VALID, can_admit=True, can_gather=True, earlier_use=replace(EARLIER, outside=True)
    ),
    "out": DeskView(DeskState.OUT),
    "notices": DeskView(DeskState.WAITING, reader_online=True, calls=NOTICES),
    "notices-facts": desk_facts(CheckOutcome.VALID, can_admit=True, calls=NOTICES),
}


_finger: QPointingDevice | None = None


def tap(window: QWidget, target: QWidget, at: QPoint | None = None) -> None:
    """One finger, down and up, through the window system's touch events."""
    with finger_on(window, target, at):
        pass


@contextmanager
def finger_on(window: QWidget, target: QWidget, at: QPoint | None = None) -> Iterator[None]:
    """A finger that stays down meanwhile."""
    global _finger  # noqa: PLW0603 - Qt wants one device per process
    _finger = _finger or QTest.createTouchDevice()
    spot = target.mapTo(window, at or target.rect().center())
    QTest.touchEvent(window, _finger).press(0, spot, window).commit()
    yield  # what it presses may be gone by the time it is lifted
    QTest.touchEvent(window, _finger).release(0, spot, window).commit()


def shown(window: QWidget, kind: type[QWidget]) -> Iterator[QWidget]:
    for widget in window.findChildren(kind):
        if widget.isVisible():
            yield widget


def place(widget: QWidget, window: QWidget) -> QRect:
    """The widget's rectangle in the window's pixels."""
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def clipped_texts(window: QWidget) -> list[str]:
    """Every shown text that does not fit its own rectangle, its parent's, or the window."""
    found = []
    for words in shown(window, Words):
        assert isinstance(words, Words)
        if not words.text():
            continue
        inside = _scrolls(words) or window.rect().contains(place(words, window))
        parent = words.parentWidget()
        in_parent = parent is None or parent.rect().contains(words.geometry())
        if words.overflows() or not inside or not in_parent:
            found.append(f"{words.text()[:40]!r} {words.size().toTuple()}")
    for button in shown(window, QAbstractButton):
        assert isinstance(button, QAbstractButton)
        too_narrow = button.text() and button.sizeHint().width() > button.width()
        if too_narrow or not window.rect().contains(place(button, window)):
            found.append(f"button {button.text()!r} {button.sizeHint().toTuple()} in {button.size().toTuple()}")
    return found


def overlapping_texts(window: QWidget) -> list[str]:
    texts = [w for w in shown(window, Words) if isinstance(w, Words) and w.text() and not _scrolls(w)]
    return [
        f"{a.text()[:20]!r} over {b.text()[:20]!r}"
        for a, b in combinations(texts, 2)
        if place(a, window).intersects(place(b, window))
    ]


def target_faults(window: QWidget, smallest_px: int = 56, gap_px: int = 8) -> list[str]:
    """Buttons that are too small or too near to each other."""
    targets = [(b, place(b, window)) for b in shown(window, QAbstractButton)]
    faults = [
        f"{button.accessibleName()!r} is {rect.width()}x{rect.height()}"
        for button, rect in targets
        if min(rect.width(), rect.height()) < smallest_px
    ]
    for (first, a), (second, b) in combinations(targets, 2):
        if a.adjusted(-gap_px + 1, -gap_px + 1, gap_px - 1, gap_px - 1).intersects(b):
            faults.append(f"{first.accessibleName()!r} and {second.accessibleName()!r} are too near")
    return faults


def ground_and_ink(widget: QWidget) -> tuple[str, str]:
    """The most common colour of a widget's picture, and the most common of the darker ones."""
    image = widget.grab().toImage()
    counts: Counter[int] = Counter(
        image.pixel(x, y) for y in range(0, image.height(), 3) for x in range(0, image.width(), 3)
    )
    ground = counts.most_common(1)[0][0]
    inks = Counter({value: n for value, n in counts.items() if _grey(value) < _grey(ground) - 60})
    return f"#{ground & 0xFFFFFF:06x}", f"#{inks.most_common(1)[0][0] & 0xFFFFFF:06x}"


def grey_picture(widget: QWidget, side_px: int = 48) -> list[int]:
    """The widget as a small grey picture, row by row, 0..255."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    small = image.scaled(
        side_px,
        side_px,
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    return [_grey(small.pixel(x, y)) for y in range(side_px) for x in range(side_px)]


def _grey(pixel: int) -> int:
    return (pixel >> 16 & 255) * 299 // 1000 + (pixel >> 8 & 255) * 587 // 1000 + (pixel & 255) * 114 // 1000


def all_texts(window: QWidget) -> str:
    """Everything any widget of the window holds, shown or not."""
    words = [w.text() for w in window.findChildren(Words)]
    buttons = [b.text() for b in window.findChildren(QAbstractButton)]
    names = [f"{w.accessibleName()} {w.accessibleDescription()}" for w in window.findChildren(QWidget)]
    return "\n".join((*words, *buttons, *names))


def end(window: KioskWindow) -> None:
    """Close a window that refuses to be closed, and let Qt finish with it."""
    window.allow_close()
    window.close()
    window.deleteLater()
