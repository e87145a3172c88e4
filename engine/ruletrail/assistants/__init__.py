"""Assistants: rulebooks and reports as tools of the Model Context Protocol (`ruletrail mcp`).

It says which tools, resources and prompts there are, reads what an assistant sends, and hands work
to the processes of the service, whose parts it is made of. It decides nothing about a report, seals
nothing, and writes files only below a folder that the user named. What is imported here needs no
extra; `running` and `servers` do.
"""
