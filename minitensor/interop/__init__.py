"""Reading and writing what other frameworks keep: one module for each, imported by its name.

Nothing here takes part in a computation; the functions turn arrays into arrays.
"""
