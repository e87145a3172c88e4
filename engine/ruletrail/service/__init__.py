"""The service: reports, rulebooks and trails over HTTP (`ruletrail serve`, extra `[web]`).

It reads requests, chooses the rulebook, hands work to processes of its own and writes what the
command line would write. It decides nothing about a report. What is imported here needs no extra;
`running` and `applications` do.
"""
