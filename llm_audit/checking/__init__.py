"""Holds a document against the code: one module per family of rules, each a pure function from both to findings.

`findings` and `rules` are the vocabulary, `world` is the code's side, `naming` tells which service an entry speaks of.
"""
