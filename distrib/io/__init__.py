"""Tables in, plan out."""
