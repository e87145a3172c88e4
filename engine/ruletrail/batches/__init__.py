"""Many reports: a file of rows in, one row out for each, in order, whatever the rows hold.

A bad row becomes a row that says what is wrong and harms no other; the output appears whole or not
at all, and a run that was killed continues where it stopped. This package reads and writes tables;
what a report means is decided below, by the same readers and evaluators that answer one report.

`sources` and `lines` cut an input into chunks, as large as `answer_sizes` lets the answers to them
be; `running` and `worker_pool` hand them out. `jobs`,
`row_intake` and `writing` answer rows one by one, `streams` by columns: read by `csv_columns`,
`json_columns`, `sheet_columns` and `table_columns`, judged by `sure_rows` and `column_validation`,
written by `column_writing`, `column_missing` and `parquet`. numpy and pyarrow are imported only by
the latter, where they are there and worth it.
"""
