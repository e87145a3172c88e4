"""The token that a service asks for: where it is read, and whether a request has it."""

import hmac
import os
from collections.abc import Iterable

from ruletrail.problems import quote, refusal

TOKEN = "RULETRAIL_TOKEN"  # noqa: S105 - the name of the variable, not what it holds
"""The environment variable that holds the token to ask for."""


def read_token() -> str:
    """Read the token to ask for; one that is set and empty protects nothing, and is refused."""
    token = os.environ.get(TOKEN)
    if token is None:
        return ""
    if not token.strip() or token != token.strip():
        raise refusal("token-empty", TOKEN, text=quote(TOKEN))
    return token


def has_token(headers: Iterable[tuple[bytes, bytes]], token: str) -> bool:
    """Tell whether a request's headers have the token, once; without a token to ask for all do."""
    if not token:
        return True
    given = [value for name, value in headers if name == b"authorization"]
    kind, _, found = given[0].partition(b" ") if len(given) == 1 else (b"", b"", b"")
    return kind.lower() == b"bearer" and hmac.compare_digest(found.strip(), token.encode())
