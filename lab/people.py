"""The lab's pretend colleagues: they carry the night's incident as far as a newcomer can take it on by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, func, select

from analytics.db import FINDING, INCIDENT, INCIDENT_MEMBER, SITE
from analytics.findings.finding import GONE
from console.accounts.guard import scope_of
from console.accounts.tables import ACCOUNT, ACCOUNT_GRANT
from console.accounts.use_cases import Grants, create_account
from console.accounts.viewer import Viewer
from console.incidents import use_cases as incidents
from console.notices import use_cases as notices
from console.notices.tables import NOTICE
from console.province import use_cases as reports
from console.province.tables import REPORT, REPORT_RELEASE
from console.response import run_use_cases as runs
from console.response.tables import RUN
from console.web.desk import Desk
from lab.story import VICTIM

# A visitor of the lab sits at every desk of the office, one after the other.
VISITOR: Final = frozenset({"analyst", "lead", "commander", "editor"})
# So many alerts and findings make the night's incident: the scan, the drop, the script, the beacon, the page.
MEMBERS: Final = 5
DEFACED: Final = "02.09"
GRADE: Final = 3
# 网页篡改处置
PLAYBOOK: Final = "playbook--5b7e5409-2f5f-4dc4-9043-8d20015162e3"


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the cast: an account like any other, with a password that nobody knows."""

    login: str
    name: str
    role: str


ANALYST: Final = Colleague("zhuoma", "值班员卓玛", "analyst")
LEAD: Final = Colleague("zeren", "组长泽仁", "lead")
COMMANDER: Final = Colleague("duoji", "指挥长多吉", "commander")
EDITOR: Final = Colleague("lijing", "编辑李静", "editor")
CAST: Final = (ANALYST, LEAD, COMMANDER, EDITOR)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a colleague does; doing it again changes nothing."""

    id: str
    do: Callable[[], None]
    zh: str
    en: str


class Colleagues:
    """The cast at the desk. Each act looks first whether it is done: they may be asked again after any restart."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def are_welcome(self) -> bool:
        """Whether the desk has its first account: that one is made for the visitor."""
        with self._desk.reads.begin() as connection:
            return connection.execute(select(ACCOUNT.c.id).limit(1)).first() is not None

    def have_their_case(self) -> bool:
        """Whether the night's incident has its members, and the victim's site a weakness to be noticed."""
        return self.incident() is not None and bool(self.findings())

    def acts(self) -> tuple[Act, ...]:
        """What they do, in order."""
        incident = self.incident() or ""
        return (
            Act(
                "confirmed",
                lambda: self.confirm(incident),
                f"{LEAD.name} 确认了事件 {incident} 的类别与级别",
                f"the lead confirmed class and level of incident {incident}",
            ),
            Act(
                "playbook",
                lambda: self.start_playbook(incident),
                f"{ANALYST.name} 启动了网页篡改预案",
                "the analyst started the playbook for a defaced page",
            ),
            Act(
                "noticed",
                self.draft_notice,
                f"{EDITOR.name} 拟了隐患通报，等待审核",
                "the editor drafted a hazard notice, which waits for a review",
            ),
            Act(
                "reported",
                lambda: self.draft_report(incident),
                f"{ANALYST.name} 起草了初报",
                "the analyst drafted the first report",
            ),
            Act(
                "released",
                lambda: self.release_report(incident),
                f"{LEAD.name} 同意上报，等待第二人",
                "the lead released the report, which waits for a second person",
            ),
        )

    def take_seats(self) -> None:
        """Make the accounts that are missing."""
        with self._desk.reads.begin() as connection:
            known = set(connection.execute(select(ACCOUNT.c.login)).scalars())
        for one in CAST:
            if one.login not in known:
                grants = Grants(frozenset({one.role}))
                create_account(self._desk.engine, one.login, one.name, grants, self._desk.clock(), "lab")

    def incident(self) -> str | None:
        """The night's incident, once it has its members."""
        counted = (
            select(func.count()).select_from(INCIDENT_MEMBER).where(INCIDENT_MEMBER.c.incident_id == INCIDENT.c.id)
        )
        mine = (INCIDENT.c.site_id == VICTIM, INCIDENT.c.class_code == DEFACED)
        statement = select(INCIDENT.c.id).where(*mine, counted.scalar_subquery() >= MEMBERS).order_by(INCIDENT.c.id)
        with self._desk.reads.begin() as connection:
            found: str | None = connection.execute(statement.limit(1)).scalar()
        return found

    def findings(self) -> list[str]:
        """What stands on the victim's site and can be noticed."""
        standing = (FINDING.c.site_id == VICTIM, FINDING.c.state.not_in(sorted(GONE | {"accepted"})))
        with self._desk.reads.begin() as connection:
            return list(connection.execute(select(FINDING.c.id).where(*standing).order_by(FINDING.c.id)).scalars())

    def confirm(self, incident_id: str) -> None:
        """The lead confirms class and level."""
        row = self._row(incident_id)
        if row.level_confirmed is None:
            reason = "首页已被替换，且有上传脚本和外联，按较大事件处置"
            who = self._viewer(LEAD)
            incidents.confirm(self._desk, who, incident_id, DEFACED, GRADE, reason, row.version)

    def start_playbook(self, incident_id: str) -> None:
        """The analyst starts the playbook for a defaced page."""
        if not self._known(select(RUN.c.id).where(RUN.c.incident_id == incident_id)):
            runs.start(self._desk, self._viewer(ANALYST), incident_id, PLAYBOOK)

    def draft_report(self, incident_id: str) -> None:
        """The analyst drafts the first report."""
        if not self._known(select(REPORT.c.id).where(REPORT.c.incident_id == incident_id)):
            reports.draft(self._desk, self._viewer(ANALYST), incident_id, "first")

    def release_report(self, incident_id: str) -> None:
        """The lead gives the first of two releases."""
        drafts = (REPORT.c.incident_id == incident_id, REPORT.c.kind == "first", REPORT.c.state == "draft")
        with self._desk.reads.begin() as connection:
            report: str | None = connection.execute(select(REPORT.c.id).where(*drafts).limit(1)).scalar()
        if report and not self._known(select(REPORT_RELEASE.c.id).where(REPORT_RELEASE.c.report_id == report)):
            reports.release(self._desk, self._viewer(LEAD), report, "事实清楚，同意上报")

    def draft_notice(self) -> None:
        """The editor drafts a notice for what stands on the site."""
        unit = select(SITE.c.unit_id).where(SITE.c.id == VICTIM).scalar_subquery()
        if not self._known(select(NOTICE.c.id).where(NOTICE.c.unit_id == unit, NOTICE.c.kind == "hazard")):
            notices.draft(self._desk, self._viewer(EDITOR), "hazard", self.findings(), None)

    def sign(self) -> list[str]:
        """The commander signs what others wrote and reviewed; which notices."""
        waiting = select(NOTICE).where(NOTICE.c.state == "reviewed").order_by(NOTICE.c.id)
        with self._desk.reads.begin() as connection:
            rows = connection.execute(waiting).all()
        who = self._viewer(COMMANDER)
        others = [row for row in rows if who.account_id not in (*row.authors, row.reviewed_account)]
        for row in others:
            notices.move(self._desk, who, row.id, "signed", "同意签发", row.version)
        return [row.title for row in others]

    def _known(self, statement: Select[Any]) -> bool:
        with self._desk.reads.begin() as connection:
            return connection.execute(statement.limit(1)).first() is not None

    def _row(self, incident_id: str) -> Row[Any]:
        with self._desk.reads.begin() as connection:
            return connection.execute(select(INCIDENT).where(INCIDENT.c.id == incident_id)).one()

    def _viewer(self, one: Colleague) -> Viewer:
        with self._desk.reads.begin() as connection:
            account = connection.execute(select(ACCOUNT).where(ACCOUNT.c.login == one.login)).one()
            grants = connection.execute(select(ACCOUNT_GRANT).where(ACCOUNT_GRANT.c.account_id == account.id)).all()
        counties, units = scope_of([(grant.role, grant.county, grant.unit_id) for grant in grants])
        roles = frozenset(grant.role for grant in grants)
        return Viewer(account.id, account.login, account.name, roles, counties, units, "zh", "")
