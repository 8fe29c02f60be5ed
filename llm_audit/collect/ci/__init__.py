"""Collectors of CI systems: workflows, what they call, which secrets they name, what they publish and deploy."""
