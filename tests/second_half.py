"""The whole story of an incident, told through the desk's API by people with sessions; every step may meet a dead desk.

A step first looks whether it is done, then acts, then looks again: so it may be cut off anywhere and goes on.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from httpx2 import Client, Response, TransportError

from tests.person import Person

PLAYBOOK = "playbook--5b7e5409-2f5f-4dc4-9043-8d20015162e3"
REASON = "演练：按流程办理"


class Province(Protocol):
    """The other side, as far as the story asks it."""

    def instruct(self, number: str, title: str, content: str) -> None:
        """Send an instruction down, once for each number."""

    def received(self) -> list[dict[str, Any]]:
        """The messages that arrived there, in order."""


@dataclass
class Office:
    """The people, and what they work on."""

    url: str
    people: dict[str, Person]
    mailbox: Path
    site: Any
    province: Province
    told: Callable[[], str] = lambda: ""
    # How many re-tests have no answer yet.
    untested: Callable[[], int] = lambda: 0


@dataclass
class Story:
    """One telling; `at_step` is called with each step's name before it."""

    office: Office
    at_step: Callable[[str], None] = lambda _name: None
    # Ids of what the story made, by kind.
    made: dict[str, str] = field(default_factory=dict)
    # Whom the province's instruction is passed on to.
    unit: str = "U-1"
    # The province's link is cut: what needs an answer from it is looked at in the end only.
    is_cut: bool = False

    def tell(self) -> None:
        """The whole story."""
        for step in (
            self.deface,
            self.confirm,
            self.start_response,
            self.answer_calls,
            self.start_playbook,
            self.work_playbook,
            self.draft_report,
            self.release_once,
            self.release_twice,
            self.report_receipts,
            self.instruct,
            self.sign_instruction,
            self.assign_instruction,
            self.answer_instruction,
            self.finish_instruction,
            self.draft_notice,
            self.edit_notice,
            self.review_notice,
            self.sign_notice,
            self.issue_notice,
            self.owner_signs,
            self.owner_mends,
            self.owner_feeds_back,
            self.retest,
            self.end_response,
            self.close_incident,
        ):
            self.at_step(step.__name__)
            step()

    def tell_the_link(self) -> None:
        """What could not be told while the province was cut off."""
        for step in (
            self.report_receipts,
            self.instruct,
            self.sign_instruction,
            self.assign_instruction,
            self.answer_instruction,
            self.finish_instruction,
        ):
            self.at_step(step.__name__)
            step()

    # --- from the page to the response -------------------------------------------------------------------------------

    def deface(self) -> None:
        self.office.site.is_defaced = True
        self.made["incident"] = self.until("the incident", self._incident)["id"]

    def confirm(self) -> None:
        def act() -> Response | None:
            said = {"class": "02.09", "level": 3, "reason": REASON, "version": self.incident()["version"]}
            return self.by("lead", "POST", f"{self.place}/confirm", said)

        self.until("class and level", lambda: self.incident()["level_confirmed"] == 3, act)

    def start_response(self) -> None:
        self.until("the response level", lambda: self._level() == 3, lambda: self._decide("start", 3))

    def answer_calls(self) -> None:
        """Whoever has an account comes; the others are called by telephone, and the analyst says so."""

        def told() -> bool:
            """Each call went out; acknowledging sooner would make the message needless."""
            calls = self.ask("lead", f"{self.place}/response")["callouts"]
            return bool(calls) and len([key for key in self._mail() if key.startswith("callout:")]) >= len(calls)

        self.until("the calls in the mailbox", told)

        def waiting() -> list[dict[str, Any]]:
            calls = self.ask("lead", f"{self.place}/response")["callouts"]
            return [call for call in calls if call["state"] == "called"]

        def act() -> Response | None:
            call = waiting()[0]
            who = "commander" if call["person"].endswith("commander") else "analyst"
            return self.by(who, "POST", f"/api/v1/callouts/{call['id']}/acknowledge", {})

        for _ in range(len(waiting())):
            count = len(waiting())
            self.until("a call acknowledged", lambda count=count: len(waiting()) < count, act)

    def start_playbook(self) -> None:
        def look() -> str | None:
            runs = self.ask("analyst", f"{self.place}/runs")["runs"]
            return next((str(run["id"]) for run in runs), None)

        self.made["run"] = self.until(
            "the run", look, lambda: self.by("analyst", "POST", f"{self.place}/runs", {"playbook": PLAYBOOK})
        )

    def work_playbook(self) -> None:
        """Do every manual step and decide every approval until the run is over."""
        until = time.monotonic() + 90
        while (run := self.ask("analyst", f"/api/v1/runs/{self.made['run']}"))["state"] == "running":
            self._work([run])
            assert time.monotonic() < until, f"the playbook does not end: {run}\n{self.office.told()}"
            time.sleep(0.1)
        assert run["state"] == "succeeded", run
        # The playbook ordered a re-test of what still stands: its answer must not depend on when the unit mends it.
        self.until("the answer to the playbook's re-test", lambda: self.office.untested() == 0)

    def _work(self, runs: list[dict[str, Any]]) -> None:
        for run in runs:
            for step in run["steps"]:
                if step["state"] == "waiting":
                    self.do_step(run["id"], step)
            self._work([self.ask("analyst", f"/api/v1/runs/{one}") for one in run["runs"]])

    def do_step(self, run_id: str, step: dict[str, Any]) -> None:
        """Decide an approval, or finish a manual step with all it asks for."""
        place = f"/api/v1/runs/{run_id}/steps/{step['id']}"
        if step.get("approval"):
            self.by("commander", "POST", f"{place}/decide", {"approve": True, "reason": REASON})
        else:
            asked = dict.fromkeys(step.get("asks", ()), "true")
            said = {"outcome": "success", "note": REASON, "values": asked}
            self.by("analyst", "POST", f"{place}/finish", said)

    # --- up to the province and down again ---------------------------------------------------------------------------

    def draft_report(self) -> None:
        def look() -> dict[str, Any] | None:
            reports = self.ask("analyst", "/api/v1/reports", incident=self.made["incident"])["reports"]
            return next((one for one in reports if one["kind"] == "first"), None)

        said = {"incident": self.made["incident"], "kind": "first"}
        self.made["report"] = self.until(
            "the report", look, lambda: self.by("analyst", "POST", "/api/v1/reports", said)
        )["id"]

    def release_once(self) -> None:
        self._release("lead", 1)

    def release_twice(self) -> None:
        self._release("commander", 2)

    def _release(self, who: str, count: int) -> None:
        def look() -> bool:
            report = self.report()
            return len(report["releases"]) >= count or report["state"] != "draft"

        place = f"/api/v1/reports/{self.made['report']}/release"
        self.until(f"release {count}", look, lambda: self.by(who, "POST", place, {"reason": REASON}))

    def report_receipts(self) -> None:
        if not self.is_cut:
            self.until("both receipts of the report", lambda: self.report()["state"] == "accepted")

    def instruct(self) -> None:
        if self.is_cut:
            return
        self.office.province.instruct("川网安督〔2026〕1号", "核查网页篡改", "请核查并反馈处置情况。")

        def look() -> dict[str, Any] | None:
            return next(iter(self.ask("analyst", "/api/v1/instructions")["instructions"]), None)

        self.made["instruction"] = self.until("the instruction", look)["id"]

    def sign_instruction(self) -> None:
        self._instruction("signed", {})

    def assign_instruction(self) -> None:
        self._instruction("assigned", {"unit": self.unit})

    def answer_instruction(self) -> None:
        self._instruction("answered", {"text": "已核查，正在整改。"})

    def finish_instruction(self) -> None:
        self._instruction("done", {"text": "已整改完毕。"})

    def _instruction(self, to: str, said: dict[str, Any]) -> None:
        if self.is_cut:
            return
        order = ("received", "signed", "assigned", "answered", "done")

        def look() -> bool:
            state = self.ask("analyst", f"/api/v1/instructions/{self.made['instruction']}")["state"]
            return order.index(state) >= order.index(to)

        place = f"/api/v1/instructions/{self.made['instruction']}/move"
        self.until(f"the instruction {to}", look, lambda: self.by("analyst", "POST", place, {"to": to, **said}))

    # --- the notice --------------------------------------------------------------------------------------------------

    def draft_notice(self) -> None:
        """The playbook drafted an order about the incident and what stands on its site; else the editor drafts."""
        findings = self.ask("editor", "/api/v1/findings", check="exposure/directory-listing", state="")["findings"]
        self.made["finding"] = str(findings[0]["id"])

        def look() -> dict[str, Any] | None:
            notices = self.ask("editor", "/api/v1/notices")["notices"]
            return next((one for one in notices if one["kind"] in ("order", "hazard")), None)

        said = {"kind": "hazard", "findings": [self.made["finding"]]}
        found = self.until("the notice", look, lambda: self.by("editor", "POST", "/api/v1/notices", said))
        self.made["notice"] = found["id"]

    def edit_notice(self) -> None:
        text = "请在限期内完成整改，并反馈证明材料。"

        def act() -> Response | None:
            said = {"version": self.notice()["version"], "advice": text}
            return self.by("editor", "PUT", f"/api/v1/notices/{self.made['notice']}", said)

        self.until("the edited draft", lambda: self.notice()["advice"] == text, act)

    def review_notice(self) -> None:
        self._notice("reviewed", "reviewer")

    def sign_notice(self) -> None:
        self._notice("signed", "commander")

    def issue_notice(self) -> None:
        self._notice("issued", "editor")
        place = f"/notices/{self.made['notice']}"
        assert self.office.people["editor"].file(f"{place}/docx")[:2] == b"PK"
        assert self.office.people["editor"].file(f"{place}/pdf")[:5] == b"%PDF-"

    def _notice(self, to: str, who: str) -> None:
        order = ("draft", "reviewed", "signed", "issued", "received", "rectifying", "feedback", "retesting", "closed")

        def act() -> Response | None:
            said = {"to": to, "reason": REASON, "version": self.notice()["version"]}
            return self.by(who, "POST", f"/api/v1/notices/{self.made['notice']}/move", said)

        self.until(f"the notice {to}", lambda: order.index(self.notice()["state"]) >= order.index(to), act)

    def owner_signs(self) -> None:
        self.made["link"] = self.until("the link in the mailbox", self._link)
        self._owner("sign", {"name": "王强", "phone": "13000000001"}, ("received", "rectifying", "feedback"))

    def owner_mends(self) -> None:
        self.office.site.lists_files = False
        self.office.site.is_defaced = False

    def owner_feeds_back(self) -> None:
        said = {"measures": "已关闭目录浏览。", "finished": "今日", "person": "王强", "phone": "13000000001"}
        self._owner("feedback", said, ("feedback", "retesting", "closed"))

    def retest(self) -> None:
        # The unit asks; when its wish was lost on the way it asks again.
        self._owner("retest", {"name": "王强"}, ("retesting", "closed"))
        self.until("the notice closed by the re-test", lambda: self.notice()["state"] == "closed", seconds=60)

    def _owner(self, act: str, said: dict[str, str], states: tuple[str, ...]) -> None:
        def go() -> Response | None:
            try:
                with Client(base_url=self.office.url, timeout=30, trust_env=False) as phone:
                    return phone.post(f"/n/{self.made['link']}/{act}", data=said)
            except TransportError:
                return None

        self.until(f"the unit's {act}", lambda: self.notice()["state"] in states, go)

    def _link(self) -> str | None:
        """The token of the one-time link, out of the message that the unit got."""
        for text in self._mail().values():
            if found := re.search(r"/n/([A-Za-z0-9_-]{20,})", text):
                return found[1]
        return None

    def _mail(self) -> dict[str, str]:
        """What the mailbox got, by the messages' keys; one that came twice counts once."""
        lines = self.office.mailbox.read_text("utf-8").splitlines() if self.office.mailbox.exists() else []
        messages = [json.loads(line) for line in lines if line]
        return {str(one["key"]): str(one["text"]) for one in messages}

    # --- the end -----------------------------------------------------------------------------------------------------

    def end_response(self) -> None:
        self.until("the end of the response", lambda: self._level() is None, lambda: self._decide("end", None))

    def close_incident(self) -> None:
        for to in ("handling", "closed"):

            def act(to: str = to) -> Response | None:
                said = {"to": to, "reason": REASON, "version": self.incident()["version"]}
                return self.by("lead", "POST", f"{self.place}/move", said)

            self.until(f"the incident {to}", lambda to=to: self.incident()["state"] in (to, "closed"), act)

    # --- asking ------------------------------------------------------------------------------------------------------

    @property
    def place(self) -> str:
        return f"/api/v1/incidents/{self.made['incident']}"

    def ask(self, who: str, path: str, **query: Any) -> Any:
        return self.office.people[who].ask(path, **query)

    def by(self, who: str, method: str, path: str, body: Any) -> Response | None:
        return self.office.people[who].do(method, path, body)

    def incident(self) -> Any:
        return self.ask("lead", self.place)

    def report(self) -> Any:
        return self.ask("lead", f"/api/v1/reports/{self.made['report']}")

    def notice(self) -> Any:
        return self.ask("editor", f"/api/v1/notices/{self.made['notice']}")

    def _incident(self) -> dict[str, Any] | None:
        rows = self.ask("lead", "/api/v1/incidents")["incidents"]
        return next((row for row in rows if row["class_code"] == "02.09"), None)

    def _level(self) -> int | None:
        level: int | None = self.ask("lead", f"{self.place}/response")["level"]
        return level

    def _decide(self, action: str, level: int | None) -> Response | None:
        return self.by(
            "commander", "POST", f"{self.place}/response", {"action": action, "level": level, "reason": REASON}
        )

    def until(
        self, what: str, look: Callable[[], Any], act: Callable[[], Response | None] = lambda: None, seconds: float = 40
    ) -> Any:
        """Look, act, look again, until it is so. AssertionError with what the desk said last."""
        until, said, next_act = time.monotonic() + seconds, "", 0.0
        while not (found := look()):
            if time.monotonic() >= next_act:
                answer = act()
                if answer is not None:
                    said = f"{answer.status_code} {answer.text[:600]}"
                next_act = time.monotonic() + 1.0
            assert time.monotonic() < until, f"{what}: not within {seconds:.0f} s; {said}\n{self.office.told()}"
            time.sleep(0.05)
        return found
