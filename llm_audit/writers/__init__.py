"""Writers turn candidates into the entries of a document."""
