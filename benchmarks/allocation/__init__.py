"""Time and gap of the allocation by size, and fairness on a real food-aid instance."""
