"""What the rehearsal's panel offers, in words and pictures of one language."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from PySide6.QtGui import QImage

from kiosk.camera.port import BgrImage
from kiosk.rehearsal.actor import Part
from kiosk.rehearsal.course import Task
from kiosk.rehearsal.hands_on_cards import Deck
from kiosk.rehearsal.hands_on_director import FAULTS, GROUPS, VISITOR
from kiosk.rehearsal.photos import PersonPhotos
from kiosk.rehearsal.portraits import chip_portrait
from kiosk.text import Texts
from kiosk.ui.rehearsal_panel import DESK, GATE, PICTURE_PX, Choice, PanelContents


def panel_contents(
    texts: Texts, deck: Deck, photographed: list[PersonPhotos], photo_credits: str, *, overlapping: bool
) -> PanelContents:
    """``overlapping``: also offer which window is in front."""
    portraits = [_picture(chip_portrait(person.portrait)) for person in photographed]
    live = [_picture(chip_portrait(person.live)) for person in photographed]
    visitors = [
        Choice(f"{VISITOR}{face}", texts("panel.visitor", number=face + 1), picture=picture)
        for face, picture in enumerate(live)
    ]
    windows = tuple(Choice(name, texts(f"panel.show_{name}")) for name in (GATE, DESK)) if overlapping else ()
    return PanelContents(
        cards=tuple(_card(texts, key, part, portraits) for key, part in deck.cards.items()),
        codes=tuple(Choice(whose, texts(f"panel.code.{whose}")) for whose in ("own", "other")),
        people=(*visitors, *(Choice(group, texts(f"panel.person.{group}")) for group in GROUPS)),
        faults=tuple(Choice(name, texts(f"panel.fault.{name}")) for name in FAULTS),
        windows=windows,
        photo_credits=f"{texts('panel.invented')}\n{photo_credits}",
    )


def with_course(contents: PanelContents, texts: Texts) -> PanelContents:
    """The same panel for a training: with its tasks, and how each is begun."""
    tasks = tuple(Choice(task, texts(f"training.task.{task}"), texts(f"training.how.{task}")) for task in Task)
    return replace(contents, tasks=tasks)


def _card(texts: Texts, key: str, part: Part, portraits: list[QImage]) -> Choice:
    return Choice(key, part.visitor.name, texts(f"panel.card.{part.kind.name}"), portraits[part.visitor.face])


def _picture(portrait: BgrImage) -> QImage:
    size = (PICTURE_PX.width(), PICTURE_PX.height())
    small = np.ascontiguousarray(cv2.resize(portrait, size, interpolation=cv2.INTER_AREA))
    return QImage(small.data, *size, small.strides[0], QImage.Format.Format_BGR888).copy()
