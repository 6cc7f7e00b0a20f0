"""Between the store and the world: sender, commander, timekeeper, feed, poller. Each has run, once and wake."""
