"""Collectors of hosting configuration: where a program is deployed to, and how."""
