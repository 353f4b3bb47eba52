"""``python -m kiosk.papers.sheet``: a paper or a poster as JSON on standard input, its PDF on standard output.

Exit 1, with a code on standard error, for what is neither, for a notice too long for a poster, or where there is no
Chinese font.
"""

from __future__ import annotations

import os
import sys

from pydantic import BaseModel, ConfigDict, ValidationError
from PySide6.QtGui import QGuiApplication

from kiosk.closing.paper_process import NO_FONT, TOO_LONG
from kiosk.documents.paper import MAX_JSON_BYTES, Paper
from kiosk.documents.poster import Poster
from kiosk.papers.document_paper import document_pdf
from kiosk.papers.poster_paper import DoesNotFit, poster_pdf
from kiosk.ui.fonts import chinese_available


class _Sheet(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    sheet: Poster | Paper


def main() -> int:
    try:
        untrusted = sys.stdin.buffer.read(MAX_JSON_BYTES + 1)
        sheet = _Sheet.model_validate_json(b'{"sheet":' + untrusted + b"}").sheet
    except ValidationError:
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
