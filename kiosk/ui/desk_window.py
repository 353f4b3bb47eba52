"""The desk's window: shows the DeskView it is given and says what was tapped. No rules here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.office.view import ListPage
from kiosk.station.code_camera import CodeLook
from kiosk.station.desk_page import DeskPage
from kiosk.station.desk_view import DeskState, DeskView, PortraitLook
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.alert_banner import AlertBanner
from kiosk.ui.buttons import Button, LanguageSwitch
from kiosk.ui.call_panel import CallPanel, call_title
from kiosk.ui.desk_actions import DeskActions
from kiosk.ui.desk_pages import ResultPage, WaitingPage
from kiosk.ui.desk_sheet import DeskSheet
from kiosk.ui.desk_tools import DeskTools
from kiosk.ui.event_words import EventScene
from kiosk.ui.facts import FactsPage
from kiosk.ui.found_panel import FoundPanel
from kiosk.ui.framed_window import FramedWindow
from kiosk.ui.icons import Icon
from kiosk.ui.keypad import Keypad
from kiosk.ui.login_window import LoginCover
from kiosk.ui.pages.list_page import ListPageWidget
from kiosk.ui.party_panel import PartyPanel
from kiosk.ui.portrait_panel import PortraitPanel
from kiosk.ui.queue_panel import QueuePanel
from kiosk.ui.signs import Sign
from kiosk.ui.status_bar import Chip
from kiosk.ui.tokens import DAY, Palette

DEFAULT_KINDS = ("cn-resident", "cn-hmt-residence", "cn-foreign-pr")
"""Documents whose numbers are digits and X, so that the keypad can type them."""


class DeskWindow(FramedWindow):
    """One attendant's window. Call from the window's thread only."""

    admit_tapped = Signal()
    supervisor_tapped = Signal()
    next_tapped = Signal()
    undo_tapped = Signal()
    gather_tapped = Signal()
    exit_tapped = Signal()
    number_typed = Signal(str, str)
    code_typed = Signal(str)
    key_typed = Signal(str)
    call_answered = Signal(str)
    lock_tapped = Signal()
    alert_tapped = Signal()
    overrides_tapped = Signal()
    take_tapped = Signal()
    aside_tapped = Signal()
    venue_tapped = Signal()
    look_tapped = Signal()
    portrait_tapped = Signal()
    sheet_acted = Signal(str, str)
    more_tapped = Signal()
    login_shown = Signal(object)
    language_chosen = Signal()
    code_camera_tapped = Signal()
    touched = Signal()

    def __init__(
        self,
        texts_for: Callable[[str], Texts],
        scene: EventScene,
        languages: Sequence[str],
        *,
        kinds: Sequence[str] = DEFAULT_KINDS,
        rehearsal: bool = False,
        login: bool = False,
        passports: bool = False,
        palette_tokens: Palette = DAY,
        motion: bool = True,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(now, palette_tokens=palette_tokens, motion=motion)
        self._texts_for, self._scene, self._languages = texts_for, scene, tuple(languages)
        self._language = self._languages[0]
        self._rehearsal = rehearsal
        self._view, self._code_look = DeskView(DeskState.WAITING), CodeLook.OFF
        self._reader_ready, self._reader_away = Chip("bar"), Chip("camera_text")
        self._call_chip = Chip("camera_text")
        self._bar.add_chip(self._call_chip)
        self._bar.add_chip(self._reader_ready)
        self._bar.add_chip(self._reader_away)
        self._switch = LanguageSwitch(self._languages, lambda code: self._texts_for(code)("language_name"))
        self._switch.chosen.connect(self.set_language)
        self.keypad = Keypad(kinds, passports)
        self.keypad.key_typed.connect(self.key_typed)
        self.keypad.number_typed.connect(self.number_typed)
        self.keypad.code_typed.connect(self.code_typed)
        self._waiting, self._facts, self.party = WaitingPage(), FactsPage(), PartyPanel()
        self.found_panel, self.portrait = FoundPanel(), PortraitPanel()
        self.portrait_button = Button("quiet", Icon.DESK_PERSON, large=True)
        self.portrait_button.setObjectName("desk_portrait")
        self._results = {
            DeskState.ADMITTED: ResultPage("go", Sign.WELCOME),
            DeskState.OUT: ResultPage("staff", Sign.GO_THERE),
            DeskState.TO_SUPERVISOR: ResultPage("staff", Sign.STAFF),
            DeskState.REFUSED: ResultPage("closed", Sign.CLOSED),
            DeskState.TROUBLE: ResultPage("closed", Sign.CLOSED),
        }
        self._actions, self._calls, self.queue = DeskActions(), CallPanel(), QueuePanel()
        self.tools, self.page = DeskTools(), DeskSheet()
        self._page_open = False
        self._queue_chip = Chip("bar")
        self._bar.add_chip(self._queue_chip)
        self.cover, self.lock_button = LoginCover(), Button("quiet")
        self.lock_button.setObjectName("desk_lock")
        self.lock_button.setProperty("small", True)
        self.alert, self.sheet = AlertBanner(), ListPageWidget(searchable=False)
        self.overrides_button = Button("quiet")
        self.overrides_button.setObjectName("desk_overrides")
        self.overrides_button.setProperty("small", True)
        self.venue_button = Button("quiet")
        self.venue_button.setObjectName("desk_venue")
        self.venue_button.setProperty("small", True)
        self.look_button = Button("quiet", Icon.LOOK)
        self.look_button.setObjectName("desk_look")
        self.look_button.setProperty("small", True)
        self._supervising, self._sheet_open, self._venue_open = False, False, False
        self._bar.put_instead_of_names(self.alert)
        self._bar.add_chip(self.venue_button)
        self._bar.add_chip(self.overrides_button)
        self._bar.add_chip(self.lock_button)
        self._login = LoginView() if login else LoginView(LoginStep.OPEN)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        self._lay_out()
        self._connect()
        self.set_language(self._language)

    @property
    def view(self) -> DeskView:
        return self._view

    @property
    def language(self) -> str:
        return self._language

    @property
    def admit_button(self) -> Button:
        return self._actions.admit

    @property
    def supervisor_button(self) -> Button:
        return self._actions.supervisor

    @property
    def next_button(self) -> Button:
        return self._actions.next

    @property
    def gather_button(self) -> Button:
        return self._actions.gather

    @property
    def exit_button(self) -> Button:
        return self._actions.exit

    @property
    def undo_button(self) -> Button:
        return self._actions.undo

    @property
    def answer_button(self) -> Button:
        return self._calls.button

    def show_view(self, view: DeskView) -> None:
        if view.state is not DeskState.WAITING:
            self.keypad.clear()
            if self._code_look is not CodeLook.LOOKING:
                self._code_look = CodeLook.OFF  # how the last look ended is old by now
        self._view = view
        self._refresh()

    def offer_code_camera(self) -> None:
        """Ticket codes can be read with a camera here."""
        self._bar.camera.keep_no_place()
        self._bar.add_chip(self._bar.camera)
        self._waiting.offer_code_camera()
        self._refresh()

    def show_code_look(self, look: CodeLook) -> None:
        """What the camera for codes does; its sign is in the bar exactly while it may be open."""
        self._code_look = look
        self._refresh()

    @property
    def code_camera_button(self) -> Button:
        return self._waiting.code_button

    @property
    def camera_sign_shown(self) -> bool:
        return not self._bar.camera.isHidden()

    def show_login(self, view: LoginView) -> None:
        """Cover the desk while ``view`` asks for somebody, or show who works here."""
        self._login = view
        self._refresh()
        self.login_shown.emit(view)

    def show_alert(self, words: str) -> None:
        """A sign of an attack, in the bar; "" for none."""
        self.alert.say(words, self._texts_for(self._language))
        self._refresh()

    def show_supervising(self, on: bool) -> None:
        """Whether whoever works here may see the officers' overrides."""
        self._supervising = on
        self._refresh()

    def show_venue_button(self, on: bool) -> None:
        """Whether whoever works here may see to the venue."""
        self._venue_open = on
        self._refresh()

    def show_portrait(self, picture: npt.NDArray[np.uint8] | None) -> None:
        """The portrait an officer asked for (rows x columns x 3, blue-green-red; copied); None overwrites it."""
        if picture is None:
            self.portrait.forget()
        else:
            self.portrait.show_picture(picture)

    def gate_name(self, group: str) -> str:
        """What a person reads for a gate group, in the language of the moment."""
        return self._words.gate(group)

    def show_sheet(self, page: ListPage | None) -> None:
        """A supervisor's sheet in place of the desk; None gives the desk back."""
        self._sheet_open = page is not None
        if page is not None:
            self.sheet.show_page(page)
        else:
            self.sheet.forget()
        self._refresh()

    def show_page(self, page: DeskPage | None) -> None:
        """A page of one task in place of the desk; None gives the desk back."""
        self._page_open = page is not None
        self.page.show_page(page)
        self._refresh()

    def show_refusing(self, on: bool) -> None:
        """Whether whoever works here may refuse entry."""
        self._actions.set_refusing(on)
        self._refresh()

    def show_lane_closed(self, closed: bool) -> None:
        """Whether the desk's own lane is closed now."""
        self.tools.show_closed(closed)

    def set_language(self, language: str) -> None:
        self._language = language
        texts = self._texts_for(language)
        words = self._scene.words.get(language) or next(iter(self._scene.words.values()))
        self._words = words
        self._bar.gate_name.say(words.event_name)
        self._bar.rehearsal.say(texts("common.rehearsal") if self._rehearsal else "")
        self._reader_ready.setText(texts("desk.reader_online"))
        self._reader_away.setText(texts("desk.reader_offline"))
        self.look_button.say(texts("look_setting.button"))
        self.keypad.speak(texts)
        self._actions.speak(texts)
        self.sheet.speak(texts)
        self.page.speak(texts)
        self.tools.speak(texts)
        self.language_chosen.emit()
        for switch in (self._switch, self._cover_switch):
            switch.show_language(language)
        self._refresh()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Whole characters, as a keyboard for Chinese gives them."""
        self.touched.emit()
        if self._login.step is LoginStep.OPEN and self._view.state is DeskState.WAITING:
            for character in event.commitString():
                self.keypad.strike(character)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A keyboard types into the keypad; nothing else a key does reaches anything."""
        self.touched.emit()
        if self._login.step is not LoginStep.OPEN:
            self.cover.press(event)
        elif self._view.state is DeskState.WAITING:
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.keypad.search()
            elif event.key() == Qt.Key.Key_Backspace:
                self.keypad.delete()
            else:
                self.keypad.strike(event.text().upper())
        event.accept()

    def dressed(self) -> None:
        metrics = self.skin.metrics
        portrait = metrics.portrait
        margin = metrics.px(48, 28)
        self._columns.setContentsMargins(margin, metrics.px(40, 24), margin, metrics.px(48, 24))
        self._columns.setSpacing(metrics.px(36, 24))
        self._left.setSpacing(metrics.px(16, 12))
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._columns.setDirection(down if portrait else across)
        self._dock_calls()
        self._share()

    def _lay_out(self) -> None:
        self._left, self._right = QVBoxLayout(), QVBoxLayout()
        self._work = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._work)
        self._columns.addLayout(self._left, 1)
        self._columns.addLayout(self._right, 1)
        self.fill(self._work, self.sheet, self.page, self.cover)
        self._waiting.add_switch(self._switch)
        self._waiting.add_switch(self.look_button)
        self._cover_switch = LanguageSwitch(self._languages, lambda code: self._texts_for(code)("language_name"))
        self._cover_switch.chosen.connect(self.set_language)
        self.cover.add_switch(self._cover_switch)
        self._left.addWidget(self.queue)
        for page in (self._waiting, self.party, self.found_panel, self._facts, self.portrait, *self._results.values()):
            self._left.addWidget(page, 1)
        self._left.addWidget(self.portrait_button)
        self._left.addWidget(self.tools)
        self._right.addWidget(self.keypad)
        self._right.addWidget(self._actions)

    def _connect(self) -> None:
        actions = self._actions
        actions.admit.clicked.connect(self.admit_tapped)
        actions.supervisor.clicked.connect(self.supervisor_tapped)
        actions.next.clicked.connect(self.next_tapped)
        actions.undo.clicked.connect(self.undo_tapped)
        actions.more.clicked.connect(self.more_tapped)
        actions.gather.clicked.connect(self.gather_tapped)
        actions.exit.clicked.connect(self.exit_tapped)
        self.portrait_button.clicked.connect(self.portrait_tapped)
        self._calls.answered.connect(self.call_answered)
        self.code_camera_button.clicked.connect(self.code_camera_tapped)
        self.queue.take.clicked.connect(self.take_tapped)
        self.queue.aside.clicked.connect(self.aside_tapped)
        self.venue_button.clicked.connect(self.venue_tapped)
        self.look_button.clicked.connect(self.look_tapped)
        self.sheet.acted.connect(lambda name: self.sheet_acted.emit(name, self.sheet.table.chosen_key))
        self.lock_button.clicked.connect(self.lock_tapped)
        self.overrides_button.clicked.connect(self.overrides_tapped)
        self.alert.asked.connect(self.alert_tapped)
        taps = (self.admit_tapped, self.supervisor_tapped, self.next_tapped, self.undo_tapped, self.call_answered)
        for signal in (
            *taps,
            self.gather_tapped,
            self.exit_tapped,
            self.party.admit_tapped,
            self.party.left_out,
            self.party.dropped,
            self.found_panel.chosen,
            self.take_tapped,
            self.aside_tapped,
            self.venue_tapped,
            self.look_tapped,
            self.portrait_tapped,
            self.number_typed,
            self.code_typed,
            self.code_camera_tapped,
            self.key_typed,
            self.keypad.digits.struck,
            self.keypad.letters.struck,
            self.sheet.acted,
            self.sheet.went_back,
            self.page.acted,
            self.page.went_back,
            self.more_tapped,
            self.tools.tapped,
        ):
            signal.connect(self.touched)

    def _room_for_tools(self, view: DeskView) -> bool:
        """Calls, those gathered and what went wrong go before them; deciding about somebody has a button of its own."""
        if view.party or view.state is DeskState.FACTS or (view.unconfirmed and self.skin.metrics.portrait):
            return False
        return not (view.calls and (view.state is DeskState.TROUBLE or view.queue is not None))

    def _share(self) -> None:
        """How the two halves share the window: the keypad needs more than a few buttons."""
        typing = self._view.state is DeskState.WAITING
        shares = {(True, True): (4, 7), (True, False): (3, 1), (False, True): (44, 56), (False, False): (66, 34)}
        for index, share in enumerate(shares[self.skin.metrics.portrait, typing]):
            self._columns.setStretch(index, share)

    def _dock_calls(self) -> None:
        """Put calls where room is and where they move no button under a finger."""
        if self._view.state is DeskState.FACTS and not self.skin.metrics.portrait:
            self._actions.dock(self._calls)
        elif self._left.indexOf(self._calls) < 0:
            self._left.insertWidget(0, self._calls)

    def _show_login(self, texts: Texts) -> None:
        view = self._login
        is_open = view.step is LoginStep.OPEN
        self._work.setVisible(is_open and not (self._sheet_open or self._page_open))
        self.sheet.setVisible(is_open and self._sheet_open and not self._page_open)
        self.page.setVisible(is_open and self._page_open)
        self.cover.setVisible(not is_open)
        if not is_open:
            self.cover.show_view(view, texts, self._words.gate)
        self._bar.event_name.say(view.name if is_open and view.name else texts("desk.title"))
        self.lock_button.say(texts("login.lock"))
        self.lock_button.setVisible(is_open and bool(view.name))
        alerted = is_open and bool(self.alert.words.text())
        self.alert.setVisible(alerted)
        self._bar.show_names(not alerted)
        self.overrides_button.say(texts("alert.overrides"))
        self.overrides_button.setVisible(is_open and self._supervising and not alerted)
        self.venue_button.say(texts("venue.button"))
        narrow = alerted and self.skin.metrics.portrait and not self._view.reader_online
        self.venue_button.setVisible(is_open and self._venue_open and not narrow)  # comes back with the reader

    def _show_page_of(self, view: DeskView, texts: Texts, shown: QWidget) -> None:
        """``shown``, and nothing of anybody in the other pages."""
        self.portrait.show_view(view, texts)
        away = "back" if view.portrait is PortraitLook.FAILED else "hide"
        self.portrait_button.say(texts(f"desk.portrait.{away if view.at_portrait else 'show'}"))
        self.portrait_button.setVisible(view.at_portrait or view.can_see_portrait)
        for page in (self._waiting, self.party, self.found_panel, self._facts, self.portrait, *self._results.values()):
            page.setVisible(page is shown)
        if shown is not self.portrait:
            self.portrait.forget()
        if shown is not self._facts:
            self._facts.forget()
        for result in self._results.values():
            if result is not shown:
                result.forget()

    def _refresh(self) -> None:
        view, texts = self._view, self._texts_for(self._language)
        self._show_login(texts)
        alerted = bool(self.alert.words.text())
        looking = self._code_look is CodeLook.LOOKING
        self._bar.camera.say(texts("common.camera_on"))
        self._bar.camera.setVisible(looking)
        self._reader_away.setVisible(not view.reader_online)
        self._dock_calls()
        self._calls.show_calls(view.calls, texts, self._words.gate, brief=view.state is DeskState.FACTS)
        # An upright screen full of an earlier use has room in the bar alone; the button is there a tap later.
        crowded = bool(view.calls and view.earlier_use and self.skin.metrics.portrait)
        where = self._words.gate(view.calls[0].gate_group) if crowded else ""
        title = call_title(view.calls[0]) if crowded else "desk.call_title"
        self._call_chip.say(texts(title, where=where) if crowded else "")
        self._calls.setVisible(bool(view.calls) and not crowded)
        resting = view.state is DeskState.WAITING
        self.tools.setVisible(self._room_for_tools(view))
        full_up = bool(view.calls and view.unconfirmed)  # what went wrong goes before who comes next
        self.queue.show_queue(view.queue if resting and not (full_up or view.found) else None, texts, self._words.gate)
        served = view.queue is not None and view.queue.serving and not (resting or crowded or alerted)
        served = served and (view.reader_online or not self.skin.metrics.portrait)
        self._queue_chip.say(
            texts("queue.serving_chip", station=view.queue.serving_station) if served and view.queue else ""
        )
        self._queue_chip.setVisible(served)
        # An upright screen's bar holds the words of one of the two; the button stays.
        full = self.skin.metrics.portrait and (crowded or not view.reader_online)
        self.alert.be_brief(full)
        narrow = self.skin.metrics.portrait and (served or self._venue_open)
        room = not (crowded or alerted or narrow or looking)  # the bar holds one of them
        self._reader_ready.setVisible(view.reader_online and room)
        if view.state in {DeskState.WAITING, DeskState.READING}:
            self._waiting.show_view(view, texts, self._code_look)
            shown: QWidget = self.party if resting and view.party else self._waiting
            shown = self.found_panel if view.found else shown
        elif view.state is DeskState.FACTS:
            self._facts.show_view(view, texts, self._words)
            shown = self.portrait if view.at_portrait else self._facts
        else:
            self._results[view.state].show_view(view, texts)
            shown = self._results[view.state]
        self.party.show_party(view, texts)
        self.found_panel.show_found(view, texts, self._words.gate)
        self._show_page_of(view, texts, shown)
        typing = view.state is DeskState.WAITING
        self.keypad.setVisible(typing)
        self._actions.setVisible(not typing)
        self._actions.show_view(view, texts)
        self._share()
        self.settle()
