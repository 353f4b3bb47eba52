"""The panel's window and the director behind it, until the panel is closed or a process of the rehearsal is lost."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication

from kiosk.rehearsal.course import Course
from kiosk.rehearsal.hands_on_cards import Deck
from kiosk.rehearsal.hands_on_director import VISITOR, Director
from kiosk.rehearsal.hands_on_layout import Area
from kiosk.rehearsal.peers import Peer, PeerLost
from kiosk.rehearsal.performance import Performance
from kiosk.service import end_on_signals
from kiosk.text import Texts
from kiosk.ui.rehearsal_panel import DESK, GATE, PanelContents, RehearsalPanel

LOOK_AFTER_MS = 500


class Show(QObject):
    """Connects panel and director. ``trouble`` names a lost process."""

    trouble = Signal(str)
    told = Signal(str, object)  # by a station, on its wire's thread

    def __init__(self, performance: Performance, deck: Deck, contents: PanelContents, language: str) -> None:
        super().__init__()
        world = performance.world
        self._stations = {GATE: world.gate} | ({DESK: world.desk} if world.desk is not None else {})
        self._peers = [world.stage, performance.film, *self._stations.values()]
        self._lost = ""
        self.panel = RehearsalPanel(Texts, language, contents)
        self.director = Director(world, deck, self.trouble.emit)
        self.trouble.connect(self._on_trouble, Qt.ConnectionType.QueuedConnection)
        self._course = Course()
        self._connect()
        if contents.tasks:
            self._follow_course()
        self._watch = QTimer(self)
        self._watch.timeout.connect(self._look_after)

    def run(self, application: QApplication, where: Area) -> int:
        """Show the panel and run the loop. Raises PeerLost when a process is lost."""
        end_on_signals(application)
        self.begin()
        self.panel.move(where.x, where.y)  # before it is shown, so that its title bar is counted in
        self.panel.show_as_window(where.width, where.height)
        try:
            application.exec()
        finally:
            self.end()
        if self._lost:
            raise PeerLost(self._lost)
        return 0

    def begin(self) -> None:
        """Visitor 1 steps before the camera, the director and the watch over the processes start."""
        self.director.start()
        self._person(f"{VISITOR}0")
        self._watch.start(LOOK_AFTER_MS)

    def end(self) -> None:
        self._watch.stop()
        self.director.stop()
        self.panel.close()

    def _connect(self) -> None:
        panel, director = self.panel, self.director
        panel.card_put.connect(lambda reader, card: director.put(reader, card))
        panel.card_lifted.connect(director.lift)
        panel.code_scanned.connect(lambda whose: director.scan(panel.chosen_card, whose))
        panel.card_chosen.connect(lambda card: self._person(director.holder_of(card)))
        panel.person_shown.connect(director.show)
        panel.fault.connect(director.fault)
        panel.window_wanted.connect(self._to_front)
        panel.walked_through.connect(director.walk_through)
        panel.end_wanted.connect(lambda: QApplication.exit(0))

    def _follow_course(self) -> None:
        self.told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        for name, station in self._stations.items():
            station.on_message = partial(self.told.emit, name)

    def _on_told(self, station: str, message: object) -> None:
        if not isinstance(message, dict):
            return
        before = self._course
        self._course = before.heard(station, message)
        for task in sorted(self._course.done - before.done):
            self.panel.mark_done(task)

    def _person(self, person: str) -> None:
        """Whoever takes a card in hand is the one who comes; the panel may still send somebody else."""
        self.panel.mark_person(person)
        self.director.show(person)

    def _to_front(self, station: str) -> None:
        try:
            self._stations[station].send({"front": True})
        except PeerLost as lost:
            self._on_trouble(str(lost))

    def _look_after(self) -> None:
        for peer in self._peers:
            if peer.process.poll() is not None:
                self._on_trouble(_ended(peer))
        for station in self._stations.values():
            station.forget()  # nobody waits for what they tell

    def _on_trouble(self, what: str) -> None:
        self._lost = self._lost or what
        QApplication.exit(0)


def _ended(peer: Peer) -> str:
    return f"{peer.name} ended{peer.last_words()}"
