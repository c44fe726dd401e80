"""The table of the clerk's jobs."""

from __future__ import annotations

from datetime import timedelta

from console.clerk.jobs import JOBS


def test_every_job_is_due_within_the_day() -> None:
    assert JOBS
    assert all(timedelta(0) < job.every <= timedelta(days=1) for job in JOBS.values())
