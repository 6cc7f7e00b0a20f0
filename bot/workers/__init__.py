"""Between the store and the world: sender, command runner, timekeeper, feed, poller. Each has run, once and wake."""
