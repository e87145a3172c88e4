"""What tests share: small rulebooks, the ways to an answer set side by side, generators, commands.

`tests` stands on the path (`pythonpath` in pyproject.toml), so test modules write
`from support.rulebooks import …`; no test module imports another.
"""
