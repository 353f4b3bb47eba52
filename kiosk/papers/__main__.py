"""``python -m kiosk.papers``: a signed certificate on standard input, its PDF on standard output.

Exit 1, with a code on standard error, when the certificate does not hold or there is no Chinese font.
"""

from __future__ import annotations

import os
import sys

from PySide6.QtGui import QGuiApplication

from kiosk.closing.certificate_file import MAX_JSON_BYTES, CertificateRefused, read
from kiosk.closing.paper_process import NO_FONT
from kiosk.papers.certificate_paper import certificate_pdf
from kiosk.ui.fonts import chinese_available


def main() -> int:
    json_bytes = sys.stdin.buffer.read(MAX_JSON_BYTES + 1)
    try:
        signed = read(json_bytes)
    except CertificateRefused as refused:
        return _refuse(refused.code)
    application = QGuiApplication(sys.argv[:1])
    if not chinese_available():
        return _refuse(NO_FONT)
    sys.stdout.buffer.write(certificate_pdf(signed, json_bytes))
    sys.stdout.buffer.flush()
    application.quit()
    return 0


def _refuse(code: str) -> int:
    sys.stderr.write(f"{code}\n")
    return 1


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main())
