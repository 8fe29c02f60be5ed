"""Reads any Markdown document about integrations, whoever wrote it: its lines, what it speaks of, and what it claims.

`lines` tells the kinds of lines apart, `outline` finds what the document has an entry for, `claims` finds the names
that can be held against the code: variables, paths, versions. Nothing here knows the tree.
"""
