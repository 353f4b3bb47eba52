"""``python -m kiosk.papers``: a signed certificate on standard input, its PDF on standard output.

Refused: a certificate that does not hold.
"""

from __future__ import annotations

import sys

from kiosk.closing.certificate_file import MAX_JSON_BYTES, CertificateRefused, Signed, read
from kiosk.papers.certificate_paper import certificate_pdf
from kiosk.papers.printing import NoPaper, serve


def main() -> int:
    return serve(MAX_JSON_BYTES, _read, lambda asked: certificate_pdf(*asked))


def _read(json_bytes: bytes) -> tuple[Signed, bytes]:
    try:
        return read(json_bytes), json_bytes
    except CertificateRefused as refused:
        raise NoPaper(refused.code) from refused


if __name__ == "__main__":
    sys.exit(main())
