"""What the service's own description shows as an example: reports of the shipped rulebook."""

import json
from typing import Any

_FIELDS = {"R01": 900_000, "R03": 39_301, "R22": "NO"}
REPORT: dict[str, Any] = {
    "rulebook": "sociale/2024", "fields": _FIELDS,
    "subject": {"comune": "Jesi", "provincia": "AN"},
}  # fmt: skip
LINES = "".join(
    json.dumps({**REPORT, "fields": {**_FIELDS, "R03": people}}) + "\n"
    for people in (39_301, 12_500)
)
TRAIL = "jesi-2024.trail.json"
"""A trail among the shipped examples."""
TARGET = "livello"
"""A decision of that rulebook."""
DAY = "2025-06-30"
SETTING, WANTED, MOVED = "R03=80000", "inferiore", "R03,R05"
"""Another value of a field, an outcome to bring about, and the fields to move for it."""
