"""Routes that other systems may call, by language."""
