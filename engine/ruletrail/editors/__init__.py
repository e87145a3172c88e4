"""What an editor asks of a rulebook: problems and fixes, names and places, examples.

Functions from texts and places to answers. `requests` has a row for each thing that may be asked,
`session` has it worked out, and `server` alone speaks the Language Server Protocol through pygls.
Places are lines and columns counted from 0, in code points.
"""
