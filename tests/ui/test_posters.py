"""Posters: what is painted is the notice, word for word, with its hash; the headline is read from afar."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys

import pytest
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from kiosk.config.event import NOTICE_FIELDS, EventConfig
from kiosk.config.load import parse_event
from kiosk.config.notice import notice_bytes, notice_hash
from kiosk.config.texts import Language
from kiosk.documents.paper import as_json
from kiosk.documents.poster import Poster, Size, poster_of
from kiosk.papers import sheet
from kiosk.papers.canvas import MM, Canvas, Style
from kiosk.papers.poster_paper import HEADLINE, DoesNotFit, PosterPaper, poster_pdf
from tests.helpers.config import shipped

EVENT = parse_event(shipped("rehearsal"), "rehearsal.toml")


class Recorded(Canvas):
    """A canvas that remembers what was written on it."""

    def __init__(self, painter: QPainter) -> None:
        super().__init__(painter)
        self.written: list[str] = []

    def text(self, text: str, style: Style, x: float, y: float, width: float) -> float:
        self.written.append(text)
        return super().text(text, style, x, y, width)


def written_on(poster: Poster) -> list[str]:
    image = QImage(210, 297, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    canvas = Recorded(painter)
    PosterPaper(poster).paint(canvas)
    painter.end()
    return canvas.written


def notice_from(written: list[str], event: EventConfig, poster: Poster) -> dict[str, object]:
    """The notice read back off the paper: each language's texts in the order they stand there."""
    words = {}
    names = next(each for each in written if " · " in each and event.name[Language.CHINESE] in each).split(" · ", 1)
    names[0] = f"{names[0]} · {names[1].split(' · ')[0]}"
    for number, column in enumerate(poster.columns):
        at = written.index(column.choice)
        fields = dict(zip(NOTICE_FIELDS, written[at + 3 : at + 3 + 2 * len(NOTICE_FIELDS) : 2], strict=True))
        desk = event.staff_desk[Language(column.language)]
        assert desk in column.choice
        name = event.name[Language(column.language)]
        assert name in written[1], number
        words[column.language] = {"name": name, "short": written[at + 1], **fields, "staff_desk": desk}
    return {"event": event.id, "use": "entry-check", "public_safety_reference": "", "address": "", "words": words}


@pytest.mark.requirement("R-07", "R-74")
@pytest.mark.parametrize("size", Size)
def test_what_is_painted_is_what_is_hashed(qapp: QApplication, size: Size) -> None:
    poster = poster_of(EVENT, size)
    written = written_on(poster)
    read_back = notice_from(written, EVENT, poster)
    digest = hashlib.sha256(notice_bytes(read_back)).hexdigest()
    assert digest == notice_hash(EVENT)
    assert digest in written


@pytest.mark.requirement("R-74")
def test_the_headline_on_a3_stands_ten_millimetres_high(qapp: QApplication) -> None:
    assert QFontMetricsF(HEADLINE.font).capHeight() / MM * (297 / 210) >= 10


def test_it_is_one_page_and_the_same_each_time(qapp: QApplication) -> None:
    first, second = (poster_pdf(poster_of(EVENT, Size.A4)) for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF-")
    assert first.count(b"/Type /Page\n") == 1


def test_one_language_takes_the_whole_width_and_too_much_text_is_said(qapp: QApplication) -> None:
    alone = EVENT.model_copy(update={"languages": (Language.ENGLISH,)})
    assert len(poster_of(alone, Size.A4).columns) == 1
    assert written_on(poster_of(alone, Size.A4))
    words = dict.fromkeys(Language, "long words " * 350)
    notice = EVENT.notice.model_copy(update={"necessity": words, "rights": words})
    with pytest.raises(DoesNotFit):
        PosterPaper(poster_of(EVENT.model_copy(update={"notice": notice}), Size.A4))


@pytest.mark.parametrize("given", [b"", b"{}", b'{"size": "A4"}', as_json(poster_of(EVENT, Size.A4))[:-1]])
def test_what_is_no_sheet_is_refused(
    given: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    assert sheet.main() == 1
    assert capsys.readouterr().err == "unreadable\n"


def test_its_process_gives_the_pdf_on_its_output() -> None:
    poster = poster_of(EVENT, Size.A3)
    assert Poster.model_validate(json.loads(as_json(poster))) == poster
    command = [sys.executable, "-m", "kiosk.papers.sheet"]
    done = subprocess.run(command, input=as_json(poster), capture_output=True, timeout=60, check=True)
    assert done.stdout.startswith(b"%PDF-")
