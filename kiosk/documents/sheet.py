"""A sheet as it crosses to the painting process: a paper or a poster, as JSON."""

from __future__ import annotations

from pydantic import ValidationError

from kiosk.documents.paper import Paper, Part
from kiosk.documents.poster import Poster


class NoSheet(ValueError):
    """Bytes that are neither."""


class _Sheet(Part):
    sheet: Poster | Paper


def read_sheet(untrusted: bytes) -> Poster | Paper:
    """Raises NoSheet."""
    try:
        return _Sheet.model_validate_json(b'{"sheet":' + untrusted + b"}").sheet
    except ValidationError:
        raise NoSheet from None
