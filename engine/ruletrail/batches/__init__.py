"""Many reports: a file of rows in, one row out for each, in order, whatever the rows hold.

A bad row becomes a row that says what is wrong and harms no other; the output appears whole or not
at all, and a run that was killed continues where it stopped. This package reads and writes tables;
what a report means is decided below, by the same readers and evaluators that answer one report.
pyarrow is imported only for Parquet.
"""
