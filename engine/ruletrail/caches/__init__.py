"""Linked rulebooks and compiled functions on disk, so that a cold start need not compile.

In a folder that only the user can write, or not at all.

A cache never changes an answer: an entry is found by the digests of everything it was made of, and
one that is damaged, foreign or of another engine is no entry. Nothing here raises because of what
lies in the folder. `plans` writes and reads plans; it is imported late, because listing rulebooks
needs none.
"""

from ruletrail.caches.entries import Entry, engine_stamp, find_folder, read_entry, write_entry
from ruletrail.digests import digest_of_bytes

__all__ = ["Entry", "digest_of_bytes", "engine_stamp", "find_folder", "read_entry", "write_entry"]
