"""When the jobs beside the desk were last done, as they note it in the data folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from console.web.i18n import mark

JOB_WORDS: Final = {
    "compact": mark("合并事件库的小文件"),
    "expire": mark("删除保存期满的事件"),
    "prune": mark("清理过期的中间记录"),
    "fit": mark("重新学习各网站的常态"),
}


@dataclass(frozen=True, slots=True)
class JobState:
    """One job and when it was last done."""

    name: str
    words: str
    done_at: datetime


def jobs_done(diary: Path) -> list[JobState]:
    """The jobs noted in the diary, by name; none when it is missing or cannot be read."""
    try:
        noted = json.loads(diary.read_text("utf-8"))
        return [
            JobState(name, JOB_WORDS.get(name, name), datetime.fromisoformat(noted[name])) for name in sorted(noted)
        ]
    except (FileNotFoundError, ValueError, TypeError, LookupError):
        return []
