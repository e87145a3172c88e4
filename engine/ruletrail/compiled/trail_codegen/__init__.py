"""Write the trails of compiled functions: the bytes of `trails`, from slots, without a record.

`templates` has the ordinary writer write each step once for each variant of it, and cuts the text at
its holes; `printing` prints the functions that fill them; `json_bytes` writes what is put in;
`report_part` writes the report, `writer` puts the trail together.
"""
