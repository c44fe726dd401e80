"""Whose numbers the screen can show."""

from __future__ import annotations

from typing import Final

from fastapi import HTTPException

from console.accounts.viewer import Viewer
from console.web.i18n import mark, translator

UNITS_ONLY: Final = mark("态势数字按县域统计，只授权到单位的账号不能查看大屏；请在告警、隐患等列表中查看本单位情况")


def within_reach(who: Viewer) -> None:
    """Numbers are counted by county: whoever sees units only would get sums that are not theirs, so 403."""
    if who.units:
        raise HTTPException(403, translator(who.language)(UNITS_ONLY))
