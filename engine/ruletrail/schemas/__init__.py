"""JSON Schema: what a document must look like, and each violation as a problem with a mark.

Only here is jsonschema imported, and only when a document is not plainly valid. Draft 2020-12, our
own registry (no network, no files), formats asserted, numbers compared exactly.
"""

from typing import TYPE_CHECKING

from ruletrail.lazy_imports import open_late
from ruletrail.schemas.declarations import Schema, check_schema
from ruletrail.schemas.fields import FieldDeclaration, ListDeclaration

if TYPE_CHECKING:
    from ruletrail.schemas.building import build_schema
else:
    __getattr__ = open_late(__name__, {"building": ["build_schema"]})

__all__ = ["FieldDeclaration", "ListDeclaration", "Schema", "build_schema", "check_schema"]
