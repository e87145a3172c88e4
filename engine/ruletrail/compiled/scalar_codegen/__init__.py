"""Printing the compiled function of a plan: the lane for one report, as Python statements over whole numbers.

`pages` is what code is made of, `expressions` and `operators` print formulas and conditions, `ruling` and `stepping` the
steps, `chunks` one function, `compiling` all of them. What runs afterwards is in `lanes.functions` and `lanes.runtimes`.
"""
