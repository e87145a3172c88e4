"""Writing a trail from the slots of the compiled function: the same bytes as `trails` writes, without building the record.

`skeletons` cuts each step's text at what varies, `inscribing` prints the function that fills it in (`filling`, `variants`,
`wordings`), `declaring` writes the report's part, `speeches` and `papers` the sentences, `resulting` the result; `texts`
puts the document together.
"""
