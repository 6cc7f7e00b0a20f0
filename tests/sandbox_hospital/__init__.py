"""The sandbox hospital over HTTP, as its clients meet it."""
