"""Data stores, caches, mail and storage as frameworks are configured to use them, by framework."""
