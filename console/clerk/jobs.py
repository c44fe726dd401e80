"""Every job of the clerk, in one table. Each finds in the records what is due: a lost queue costs only a delay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from analytics.jobs import Job
from console.clerk.work import Clerk
from console.intelligence import jobs as intelligence
from console.notices import jobs as notices
from console.notices.monthly_job import draft_last_month
from console.notify import jobs as notify
from console.province import jobs as province
from console.response.clock_jobs import warn
from console.response.jobs import carry_runs
from console.response.level_jobs import follow_calls
from console.response.placing import look_at_placed

JOBS: Final[Mapping[str, Job[Clerk]]] = {
    "runs": Job(timedelta(seconds=0.5), carry_runs),
    "province_send": Job(timedelta(seconds=0.5), province.send),
    "province_handle": Job(timedelta(seconds=0.5), province.handle),
    "province_fetch": Job(timedelta(seconds=5), province.fetch),
    "province_reconcile": Job(timedelta(minutes=1), province.reconcile),
    "notify_webhook": Job(timedelta(seconds=1), notify.send_webhook),
    "notify_mail": Job(timedelta(seconds=1), notify.send_mail),
    "notify_command": Job(timedelta(seconds=1), notify.send_command),
    "notify_give_up": Job(timedelta(minutes=1), notify.give_up),
    "notices_hand_over": Job(timedelta(seconds=0.5), notices.hand_over),
    "notices_settle": Job(timedelta(seconds=1), notices.settle),
    "notices_watch": Job(timedelta(seconds=20), notices.watch),
    "notices_forget": Job(timedelta(seconds=30), notices.forget),
    "follow_calls": Job(timedelta(seconds=2), follow_calls),
    "warn_clocks": Job(timedelta(seconds=5), warn),
    "placed_files": Job(timedelta(minutes=1), look_at_placed),
    "intelligence_look_back": Job(timedelta(seconds=2), intelligence.look_back),
    "intelligence_visit": Job(timedelta(seconds=10), intelligence.visit),
    "intelligence_count": Job(timedelta(minutes=1), intelligence.count),
    "monthly": Job(timedelta(minutes=5), draft_last_month),
}
