"""What an editor asks of a rulebook: problems, completion, hover, definition, rename.

Functions from texts and places to answers; `server` alone speaks the Language Server Protocol and
imports pygls. Places are lines and columns counted from 0, in code points.
"""
