"""Environment variables: where code reads them and where configuration declares them, a module per language family."""
