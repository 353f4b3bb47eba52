"""``python -m kiosk.papers.sheet``: a paper or a poster as JSON on standard input, its PDF on standard output.

Exit 1, with a code on standard error, for what is neither, for a notice too long for a poster, or where there is no
Chinese font.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtGui import QGuiApplication

from kiosk.closing.paper_process import NO_FONT, TOO_LONG
from kiosk.documents.paper import MAX_JSON_BYTES
from kiosk.documents.poster import Poster
from kiosk.documents.sheet import NoSheet, read_sheet
from kiosk.papers.document_paper import document_pdf
from kiosk.papers.poster_paper import DoesNotFit, poster_pdf
from kiosk.ui.fonts import chinese_available


def main() -> int:
    try:
        sheet = read_sheet(sys.stdin.buffer.read(MAX_JSON_BYTES + 1))
    except NoSheet:
        return _refuse("unreadable")
    application = QGuiApplication(sys.argv[:1])
    if not chinese_available():
        return _refuse(NO_FONT)
    try:
        pdf = poster_pdf(sheet) if isinstance(sheet, Poster) else document_pdf(sheet)
    except DoesNotFit:
        return _refuse(TOO_LONG)
    sys.stdout.buffer.write(pdf)
    sys.stdout.buffer.flush()
    application.quit()
    return 0


def _refuse(code: str) -> int:
    sys.stderr.write(f"{code}\n")
    return 1


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
