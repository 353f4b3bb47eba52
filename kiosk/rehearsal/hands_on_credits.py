"""The photographs' credits as lines a person can read, from the table they come in."""

from __future__ import annotations

import re

_LINK = re.compile(r"\[([^\]]*)\]\(.*\)")
_COLUMNS = ("file", "person", "source", "author", "licence")


def readable_credits(markdown: str) -> str:
    """One line per photograph: who is on it, who took it, where it is from, its licence.

    A text without such a table is returned as it is: a credit that cannot be set nicely is still shown.
    """
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    photographs = [cells for row in rows[2:] if len(cells := _cells(row)) == len(_COLUMNS)]
    if not photographs or len(photographs) != len(rows) - 2:
        return markdown
    return "\n".join(f"{person}. {author}. {source}. {licence}" for _, person, source, author, licence in photographs)


def _cells(row: str) -> list[str]:
    # A link's address is left out: nobody can click or copy it here, and its title is what the licence asks for.
    return [_LINK.sub(r"\1", cell).strip(" `") for cell in row.strip().strip("|").split("|")]
