"""Collectors of infrastructure as code: which resources of which provider a repository declares."""
