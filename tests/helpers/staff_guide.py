"""``python -m tests.helpers.staff_guide`` writes docs/staff.md and docs/staff.zh.md from the help shown at desks."""

from __future__ import annotations

from kiosk.station.helping import HelpTopic, help_texts
from tests.helpers.source_tree import CHECKOUT

PAGES = {"en": CHECKOUT / "docs" / "staff.md", "zh": CHECKOUT / "docs" / "staff.zh.md"}
_WORDS = {
    "en": ("For staff at the desk", "The same pages as *Help* at the desk.", "What to look at on a document"),
    "zh": ("服务台工作人员手册", "与服务台“帮助”中的内容相同。", "各类证件核对要点"),
}


def page(language: str) -> str:
    """The whole page."""
    title, lead, documents = _WORDS[language]
    texts = help_texts(language)
    parts = [f"# {title}", lead, *map(_topic, texts.tasks), f"# {documents}", *map(_topic, texts.documents)]
    return "\n\n".join(parts) + "\n"


def _topic(topic: HelpTopic) -> str:
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(topic.steps, start=1))
    return f"## {topic.title}\n\n{topic.when}\n\n{steps}"


if __name__ == "__main__":
    for code, path in PAGES.items():
        path.write_text(page(code), encoding="utf-8")
