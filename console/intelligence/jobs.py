"""What the clerk does for intelligence: visits feeds, looks back for new indicators, counts hits."""

from __future__ import annotations

from analytics.correlation.correlate import Correlator
from analytics.correlation.policy import load_policy as load_correlation
from analytics.correlation.stored_looks import StoredLooks
from analytics.grading.tables import load_tables
from analytics.intel.hunt import Hunt
from analytics.intel.policy import load_policy
from analytics.intel.records import count_hits, stale_hits
from console.clerk.work import Clerk
from console.intelligence.feeds import Visits


def visit(work: Clerk) -> None:
    """Pull from and push to the feeds that are due."""
    Visits(work.engine, work.reads, work.data.keys, work.clock).run()


def look_back(work: Clerk) -> None:
    """Search the stored events for indicators that nobody searched for yet."""
    correlator = Correlator(load_correlation(), load_tables(), StoredLooks(work.store))
    Hunt(work.engine, work.store, work.data, correlator, load_policy()).run(work.clock())


def count(work: Clerk) -> None:
    """Bring the indicators' hits up to date."""
    with work.reads.begin() as connection:
        if not stale_hits(connection):
            return
    with work.engine.begin() as connection:
        count_hits(connection)
