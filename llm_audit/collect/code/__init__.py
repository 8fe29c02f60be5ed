"""What source code says of the libraries it uses: imports, and the calls made through what they bind."""
