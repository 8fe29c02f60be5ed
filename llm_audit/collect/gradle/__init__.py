"""Gradle in its parts: scripts in Groovy and Kotlin, version catalogs, properties and lock files."""
