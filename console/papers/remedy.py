"""What to type where a machine cannot make a PDF."""

from __future__ import annotations

from typing import Final

PANGO: Final = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk"
