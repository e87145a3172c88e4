"""Write the trails of compiled functions: the bytes of `trails`, from slots, without a record.

`templates` has the ordinary writer write each step once for each variant of it, and cuts the text at
its holes, `sentences` a sentence; `printing` prints the functions that fill the holes; `report_part`
writes the report, `writer` puts the trail together.
"""
