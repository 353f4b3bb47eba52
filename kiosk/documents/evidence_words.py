"""What is wrong with an evidence pack, in words: its own codes, a certificate's, the log's."""

from __future__ import annotations

from kiosk.text import Texts

_SECTIONS = ("evidence.fault", "certificate.fault", "office.audit.why")


def fault_words(code: str, texts: Texts) -> str:
    """The code itself, where nobody has words for it."""
    keys = (f"{section}.{code}" for section in _SECTIONS)
    return next((texts(key) for key in keys if texts.has(key)), code)
