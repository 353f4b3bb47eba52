"""``python -m kiosk.papers.sheet``: a paper or a poster as JSON on standard input, its PDF on standard output.

Refused: what is neither, and a notice too long for a poster.
"""

from __future__ import annotations

import sys

from kiosk.closing.paper_process import TOO_LONG
from kiosk.documents.paper import MAX_JSON_BYTES, Paper
from kiosk.documents.poster import Poster
from kiosk.documents.sheet import NoSheet, read_sheet
from kiosk.papers.document_paper import document_pdf
from kiosk.papers.poster_paper import DoesNotFit, poster_pdf
from kiosk.papers.printing import NoPaper, serve


def main() -> int:
    return serve(MAX_JSON_BYTES, _read, _painted)


def _read(untrusted_json: bytes) -> Paper | Poster:
    try:
        return read_sheet(untrusted_json)
    except NoSheet as not_one:
        raise NoPaper("unreadable") from not_one


def _painted(sheet: Paper | Poster) -> bytes:
    try:
        return poster_pdf(sheet) if isinstance(sheet, Poster) else document_pdf(sheet)
    except DoesNotFit as too_long:
        raise NoPaper(TOO_LONG) from too_long


if __name__ == "__main__":
    sys.exit(main())
