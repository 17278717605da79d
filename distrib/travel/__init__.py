"""Where travel times and walks come from."""
