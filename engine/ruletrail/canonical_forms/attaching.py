"""Which comments travel with which member of a document, decided before anything is put in order."""

from ruletrail.canonical_forms.comments import Comments
from ruletrail.canonical_forms.pieces import Collection, Member
from ruletrail.structures import dataclass, field

_NEVER = 2**31


@dataclass(slots=True)
class Attached:
    """Whole lines before a member and at the end of a collection, by identity; remarks stay with their line."""

    comments: Comments
    leads: dict[int, list[str]] = field(default_factory=dict)
    tails: dict[int, list[str]] = field(default_factory=dict)

    def lead(self, member: Member) -> list[str]:
        """Return the lines before a member."""
        return self.leads.get(id(member), [])

    def tail(self, collection: Collection) -> list[str]:
        """Return the lines at the end of a collection."""
        return self.tails.get(id(collection), [])

    def remark(self, line: int, written: str) -> str:
        """Return a line of the result with what was remarked at the end of the line it comes from, in its column if free."""
        found = self.comments.take_remark(line)
        if found is None:
            return written
        column, text = found
        return f"{written}{' ' * max(2, column - len(written))}{text}"

    def has_remarks(self, first: int, last: int) -> bool:
        """Tell whether something is remarked on the lines of the text from first to last."""
        return any(line in self.comments.remarks for line in range(first, last + 1))


def attach_comments(comments: Comments, root: Collection) -> Attached:
    """Give every whole line its owner, in the order of the document."""
    attached = Attached(comments)
    _attach(attached, root, _NEVER, -1)
    return attached


def _attach(attached: Attached, collection: Collection, before: int, outer: int) -> None:
    """Attach what stands in one collection; `outer` is the column of what holds it."""
    for index, member in enumerate(collection.members):
        attached.leads[id(member)] = attached.comments.take_lines(member.start.line)
        if isinstance(member.value, Collection):
            following = collection.members[index + 1].start.line if index + 1 < len(collection.members) else before
            _attach(attached, member.value, following, collection.start.column)
    if collection.in_brackets:
        attached.tails[id(collection)] = attached.comments.take_lines(collection.end.line)
    else:
        deeper = -1 if outer < 0 else max(collection.start.column - 1, outer)
        attached.tails[id(collection)] = attached.comments.take_lines(before, deeper)
