"""What one visit leaves behind: marks, the last score, an ending. Handed to the log once, then forgotten."""

from __future__ import annotations

from kiosk.station.marks import Marks
from kiosk.station.ports import VisitFacts, VisitLog
from kiosk.visit.effects import NoteEnding


class VisitRecord:
    """The visit in progress, and the marks of a next document that is already being read."""

    def __init__(self, log: VisitLog) -> None:
        self._log = log
        self._ending: NoteEnding | None = None
        self.marks, self.early_marks = Marks(), Marks()
        self.score: float | None = None

    def note(self, ending: NoteEnding, *, capture_on: bool) -> None:
        self._ending = ending
        self.report_if_over(capture_on=capture_on)

    def report_if_over(self, *, capture_on: bool) -> None:
        """Every ending is complete when the capture is gone; an admission's verdict must have been painted too."""
        if self._ending is None or capture_on:
            return
        if self._ending.ending != "admitted" or "painted" in self.marks.at_s:
            self._report()

    def end(self) -> None:
        """The visit is over, painted or not. The next begins with what was already read of its document."""
        if self._ending is not None:
            self._report()
        self.marks, self.early_marks = self.early_marks, Marks()
        self.score = None

    def _report(self) -> None:
        assert self._ending is not None
        ending, self._ending = self._ending, None
        self._log.visit_ended(VisitFacts(ending.ending, ending.cause, self.score, self.marks.durations()))
