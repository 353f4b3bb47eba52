"""Help for staff, and check-lists by document: one page per task, from one file per language (``assets/help``)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from kiosk.config.assets import asset
from kiosk.station.desk_page import DeskPage, Tile
from kiosk.station.desk_view import DeskState
from kiosk.station.page_shell import RESTING, PageShell
from kiosk.text import PSEUDO, Texts

_AT_A_PERSON = frozenset({DeskState.FACTS, DeskState.TROUBLE, DeskState.READING})


@dataclass(frozen=True)
class HelpTopic:
    """One task: what it is called, when somebody needs it, and what to do in order."""

    name: str
    title: str
    when: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class HelpTexts:
    """``tasks``: what happens at a desk. ``documents``: what to look at, by kind of document (R-24)."""

    tasks: tuple[HelpTopic, ...]
    documents: tuple[HelpTopic, ...]


@lru_cache(maxsize=4)
def help_texts(language: str) -> HelpTexts:
    """The help in ``language``. Raises FileNotFoundError for a language that has none."""
    path = asset("help", f"{'en' if language == PSEUDO else language}.toml")
    with path.open("rb") as file:
        read = tomllib.load(file)
    tasks, documents = (
        tuple(HelpTopic(each["name"], each["title"], each["when"], tuple(each["steps"])) for each in read[part])
        for part in ("task", "document")
    )
    return HelpTexts(tasks, documents)


class Helping:
    """Two lists of topics, and a topic. Window's thread."""

    def __init__(self, shell: PageShell, texts: Callable[[], Texts]) -> None:
        self._shell, self._texts = shell, texts
        self._documents, self._topic_open = False, False

    def on_help_tapped(self) -> None:
        self._documents = False
        self._list()

    def on_check_list(self) -> None:
        """What to look at, for the document at hand."""
        self._documents = True
        self._list()

    def on_act(self, name: str) -> None:
        topic = next(topic for topic in self._topics() if topic.name == name)
        self._topic_open = True
        self._shell.show(self, DeskPage(topic.title, topic.when, steps=topic.steps), self._stays)

    def on_back(self) -> None:
        if self._topic_open:
            self._list()
        else:
            self._shell.close()

    def _topics(self) -> tuple[HelpTopic, ...]:
        known = help_texts(self._texts().language)
        return known.documents if self._documents else known.tasks

    @property
    def _stays(self) -> frozenset[DeskState]:
        return _AT_A_PERSON if self._documents else RESTING

    def _list(self) -> None:
        texts, self._topic_open = self._texts(), False
        stem = "help.documents" if self._documents else "help.tasks"
        tiles = tuple(Tile(topic.name, topic.title) for topic in self._topics())
        self._shell.show(self, DeskPage(texts(f"{stem}_title"), texts(f"{stem}_lead"), tiles=tiles), self._stays)
