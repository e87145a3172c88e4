"""What a report's document held beside its fields, made anew from what a report keeps of it.

A report keeps whose it is and what is printed, and does not say whether what is empty was written
or left out, nor whether a number of the subject stood in quotes. Its schema may ask for either.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ruletrail.documents import MappingNode, Node, ScalarNode
from ruletrail.fast_dataclasses import replace
from ruletrail.reports.model import Declared, Report
from ruletrail.values import to_decimal


def list_shells(subject: Mapping[str, Any], messages: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield what may have stood there; one of them is what the schema admitted."""
    prints: list[dict[str, Any]] = [{"printed": {"messages": list(messages)}}]
    subjects: list[dict[str, Any]] = [{"subject": dict(subject)}]
    for printed in prints if messages else [{}, *prints, {"printed": {}}]:
        for named in subjects if subject else [*subjects, {}]:
            yield {**named, **printed}


def write_document(report: Report, shell: Mapping[str, Any]) -> dict[str, Any]:
    """Write a report as a document's data, with what stands beside its fields."""
    lists = {code: [_write_row(each) for each in rows] for code, rows in report.lists.items()}
    fields = {**_write_row(report.fields), **lists}
    return {"rulebook": str(report.reference), **shell, "fields": fields}


def _write_row(fields: Mapping[str, Declared]) -> dict[str, Any]:
    return {code: _plain(each.exact) for code, each in fields.items()}


def _plain(exact: object) -> object:
    return to_decimal(exact) if isinstance(exact, Fraction) else exact


def unquote_subject(report: Node | None) -> Node | None:
    """Let the schema say which texts of a report's subject are numbers, as it does of YAML's."""
    subject = report.get("subject") if isinstance(report, MappingNode) else None
    if not isinstance(report, MappingNode) or not isinstance(subject, MappingNode):
        return report
    values = {key: _unquote(each) for key, each in subject.values.items()}
    return replace(report, values={**report.values, "subject": replace(subject, values=values)})


def _unquote(node: Node) -> Node:
    if isinstance(node, ScalarNode) and node.text not in ("true", "false"):
        return replace(node, style="plain")
    return node
