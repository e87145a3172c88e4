"""A reading as a report in YAML, the kind that our own strict reader reads back unchanged."""

from ruletrail.layouts.reading import Reading

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_BYTE, _WORD = 0x100, 0x10000


def write_report(reading: Reading) -> str:
    """Write the report: numbers plain, texts in double quotes, nothing for what is blank or was not read."""
    out = [f"rulebook: {quote_text(reading.rulebook)}"]
    out += ["subject:"] if reading.subject else []
    out += [f"  {name}: {quote_text(text)}" for name, text in reading.subject.items()]
    out.append("fields:" if reading.fields else "fields: {}")
    for code, value in reading.fields.items():
        out.append(f"  {code}: {quote_text(value) if code in reading.texts else value}")
    if reading.printed:
        out += ["printed:", "  messages:"]
        out += [f"    - {quote_text(block)}" for block in reading.printed]
    return "\n".join(out) + "\n"


def quote_text(text: str) -> str:
    """Write a text in YAML's double quotes; whatever does not print is escaped."""
    return (
        '"'
        + "".join(
            _ESCAPES.get(char) or (char if char.isprintable() else _escape(char)) for char in text
        )
        + '"'
    )


def _escape(char: str) -> str:
    code = ord(char)
    if code < _BYTE:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < _WORD else f"\\U{code:08X}"
