"""Sealed records: final answers in one file, each chained to the one before; changes are found.

Evidence of tampering, not protection from the archive's owner: see `docs/archive.md`. Import this
package late; it is the only one that needs sqlite3.
"""

from ruletrail.archives.reading import (
    CheckTrail,
    Verification,
    export_record,
    list_records,
    read_labels,
    read_record,
    read_result,
    verify_archive,
)
from ruletrail.archives.records import Correction, Part, SealedRecord, is_time, record_to_dict
from ruletrail.archives.sealing import Sealable, Sealing, gather, read_texts, seal

__all__ = [
    "CheckTrail",
    "Correction",
    "Part",
    "Sealable",
    "SealedRecord",
    "Sealing",
    "Verification",
    "export_record",
    "gather",
    "is_time",
    "list_records",
    "read_labels",
    "read_record",
    "read_result",
    "read_texts",
    "record_to_dict",
    "seal",
    "verify_archive",
]
