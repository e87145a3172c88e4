"""What is known of each expression before any report: kind, scale, size, interval, non-values.

Computed once from the table of operations, read by compiled code, lints and editors alike. Nothing
is evaluated here.
"""
