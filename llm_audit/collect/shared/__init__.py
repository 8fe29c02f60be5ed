"""What several collectors read alike: image references, shell text, delivery commands. Holds no collectors."""
