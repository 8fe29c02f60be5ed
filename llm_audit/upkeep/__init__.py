"""Keeps a document true: the verbs `check` and `refresh`, and what both begin with."""
