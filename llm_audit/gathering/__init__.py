"""Reads the tree: every file once, by one process or several, with what was read before remembered."""
