"""distrib: a weekly food-aid plan that is fair and provably so."""
