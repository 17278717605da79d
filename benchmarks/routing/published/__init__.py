"""Published instances of vehicle routing, read from VRPLIB and Solomon files, solved for a number of seconds, checked."""
