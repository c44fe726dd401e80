"""The learned HTTP profile on CSIC 2010: learned from normal requests only, no labels, judged on unseen unique texts.

Normal requests are split by order (first 70 % learn, the rest judge); texts that occur in the learning part are removed
from the judging part, and duplicates everywhere.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.ml.learn import COLUMNS, LearningSettings, learn
from analytics.ml.profile import Profile
from analytics.ml.request import Request, read_request
from analytics.ml.score import surprise

START = datetime(2026, 11, 1, tzinfo=UTC)


def requests(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def table_of(rows: list[dict[str, Any]], seconds: float) -> pa.Table:
    parts = [row["url"].partition("?") for row in rows]
    columns = {
        "@timestamp": [START + timedelta(seconds=number * seconds) for number in range(len(rows))],
        "source.ip": [f"10.0.{number % 250}.{number % 199}" for number in range(len(rows))],
        "http.request.method": [row["method"] for row in rows],
        "http.response.status_code": [200] * len(rows),
        "url.path": [part[0] for part in parts],
        "url.query": [part[2] or None for part in parts],
        "gongga.http.request.body": [row["body"] or None for row in rows],
    }
    return pa.table({name: columns[name] for name in COLUMNS})


def text_of(row: dict[str, Any]) -> str:
    return f"{row['method']} {row['url']} {row['body']}"


def read(row: dict[str, Any]) -> Request:
    path, _mark, query = row["url"].partition("?")
    return read_request(row["method"], path, query or None, row["body"] or None)


def auc(negatives: list[float], positives: list[float]) -> float:
    ranked = sorted([(score, 0) for score in negatives] + [(score, 1) for score in positives])
    total, place = 0.0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        total += sum(label for _score, label in ranked[place:end]) * (place + end + 1) / 2
        place = end
    return (total - len(positives) * (len(positives) + 1) / 2) / (len(positives) * len(negatives))


def recall_at(negatives: list[float], positives: list[float], rate: float) -> float:
    line = sorted(negatives, reverse=True)[int(rate * len(negatives))]
    return sum(score > line for score in positives) / len(positives)


def main() -> int:
    folder = os.environ.get("GONGGA_EVAL_DATA")
    if not folder:
        print("GONGGA_EVAL_DATA is not set; nothing to evaluate", file=sys.stderr)
        return 1
    rows = requests(Path(folder, "evaluation", "csic2010", "requests.jsonl.gz"))
    normal = [row for row in rows if row["label"] == "normal"]
    cut = int(len(normal) * 0.7)
    started = time.perf_counter()
    profile = learn("csic", [table_of(normal[:cut], 60)], LearningSettings(most_per_source_and_hour=10**9))
    learned = time.perf_counter() - started
    assert isinstance(profile, Profile), profile
    known = {text_of(row) for row in normal[:cut]}
    unseen = list({text_of(row): row for row in normal[cut:] if text_of(row) not in known}.values())
    attacks = list({text_of(row): row for row in rows if row["label"] == "anomalous"}.values())
    started = time.perf_counter()
    negatives = [surprise(profile, read(row)).score for row in unseen]
    positives = [surprise(profile, read(row)).score for row in attacks]
    judged = time.perf_counter() - started
    known_paths = [
        score for row, score in zip(attacks, positives, strict=True) if read(row).template in profile.methods
    ]
    print(f"learned from {profile.requests} requests in {learned:.1f} s; threshold {profile.threshold}")
    print(f"judged {len(negatives)} unseen normal and {len(positives)} anomalous unique requests")
    for name, found in (("all anomalous", positives), ("on known paths", known_paths)):
        print(
            f"{name}: n {len(found)} AUC {auc(negatives, found):.4f} R@1e-2 {recall_at(negatives, found, 1e-2):.3f} "
            f"R@1e-3 {recall_at(negatives, found, 1e-3):.3f} over threshold {share(found, profile.threshold):.3f}"
        )
    print(f"false alarms over threshold: {share(negatives, profile.threshold):.5f}")
    print(f"{(len(negatives) + len(positives)) / judged:,.0f} requests/s on one core")
    return 0


def share(scores: list[float], threshold: float) -> float:
    return sum(score >= threshold for score in scores) / len(scores)


if __name__ == "__main__":
    sys.exit(main())
