"""Brings a document up to date and loses no word of a person: blocks of lines, a merge for each entry and field.

`blocks` takes a document apart so that its lines can be put together again to the byte, `fields` merges one entry,
`merge` all of them, `insert` finds where a new entry goes, `mends` corrects single values in lines of other makes.
"""
