"""Speed and exactness of travel tables."""
