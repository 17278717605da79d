"""Real road networks: read, driven on, measured between many places."""
