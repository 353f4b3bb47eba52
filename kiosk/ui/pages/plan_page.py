"""A page of many places at a glance, in groups."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.office.view import PlanPage
from kiosk.ui.pages.frame import PageFrame
from kiosk.ui.pages.plan import Plan
from kiosk.ui.tokens import Role
from kiosk.ui.words import Words


class PlanPageWidget(PageFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plan, self._empty = Plan(), Words(Role.LEAD, "soft")
        body = QVBoxLayout()
        body.addWidget(self._empty)
        body.addWidget(self.plan, 1)
        self.put_body(body)

    def show_page(self, page: PlanPage) -> None:
        self.show_head(page.title, page.lead, page.told)
        self.plan.show_groups(page.groups)
        self.plan.setVisible(bool(page.groups))
        self._empty.say("" if page.groups else page.empty)
        self.show_acts(page.acts, with_row=True)

    def forget(self) -> None:
        self.plan.show_groups(())
