"""Collectors of container files: Dockerfiles, compose, Kubernetes, Helm, Kustomize, dev containers."""
