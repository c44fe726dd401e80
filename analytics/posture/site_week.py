"""A site's last seven days by China's clock, as its roll-up counted them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from analytics.db import SITE_DAY
from analytics.posture.attacks import CHINA
from analytics.posture.availability import DAYS


def first_day(now: datetime) -> str:
    """The first of the seven days that end with today."""
    return (now.astimezone(CHINA).date() - timedelta(days=DAYS - 1)).isoformat()


def visited(now: datetime) -> Select[Any]:
    """Visits and failures of each site in these days: site_id, visits, failed."""
    return (
        select(
            SITE_DAY.c.site_id,
            func.sum(SITE_DAY.c.visits).label("visits"),
            func.sum(SITE_DAY.c.failed).label("failed"),
        )
        .where(SITE_DAY.c.day >= first_day(now))
        .group_by(SITE_DAY.c.site_id)
    )
