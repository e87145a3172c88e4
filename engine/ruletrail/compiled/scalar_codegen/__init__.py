"""Code generation for one report: a rulebook as Python functions over integers.

`code_buffer` is what code is made of, `expressions` and `steps` print, `functions` is one emitted
function, `compiler` makes all of them. They run with `compiled.functions` and `compiled.runtime`.
"""
