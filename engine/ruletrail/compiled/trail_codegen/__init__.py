"""Write the trails of compiled functions: the bytes of `trails`, from slots, without a record.

`templates` has the ordinary writer write each step and sentence once for each variant of it, and
cuts the text at its holes; `printing` prints the functions that fill the holes of steps; `writer`
writes the report and the result, and puts the trail together.
"""
