"""How people and programs log in: frameworks, identity providers, tokens, sessions, second factors."""
