"""Environment variables: where code reads them and where configuration declares them, one module per family of languages."""
