"""What a service counts, for Prometheus.

With several serving processes the library of Prometheus adds up what each of them wrote to a folder
that the environment names; see `running`.
"""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
CONTENT_TYPE = CONTENT_TYPE_LATEST


class Measures:
    """Counters of one service."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self._registry = registry = CollectorRegistry()
        self._known: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._counted: dict[str, Counter] = {}
        self.requests = Counter(
            "ruletrail_requests", "Requests by operation and status", ["operation", "status"],
            registry=registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "ruletrail_request_seconds", "Seconds from the request to its answer", ["operation"],
            buckets=_BUCKETS, registry=registry,
        )  # fmt: skip
        self.evaluations = Counter(
            "ruletrail_evaluations", "Reports that were evaluated, by rulebook", ["rulebook"],
            registry=registry,
        )  # fmt: skip
        self.rulebooks = Gauge(
            "ruletrail_rulebooks", "Rulebooks by state: valid, stale (last good), invalid",
            ["state"], registry=registry, multiprocess_mode="max",
        )  # fmt: skip
        self.waiting = Gauge(
            "ruletrail_waiting", "Requests that wait for a worker process",
            registry=registry, multiprocess_mode="livesum",
        )  # fmt: skip

    def observe(self, operation: str, status: int, seconds: float) -> None:
        """Count one request; what counts it is looked up once for each kind."""
        found = self._known.get((operation, status))
        if found is None:
            found = (
                self.requests.labels(operation, str(status)), self.seconds.labels(operation)
            )  # fmt: skip
            self._known[operation, status] = found
        found[0].inc()
        found[1].observe(seconds)

    def count(self, rulebook: str) -> None:
        """Count the evaluation of one report."""
        found = self._counted.get(rulebook)
        if found is None:
            found = self._counted[rulebook] = self.evaluations.labels(rulebook)
        found.inc()

    def write(self) -> bytes:
        """Write all of them as Prometheus reads them."""
        registry = self._registry
        if os.environ.get(FOLDER):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
        return generate_latest(registry)
