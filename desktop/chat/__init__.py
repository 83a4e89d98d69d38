"""The use cases: open, send, stop, continue, fork, close. Coroutines without Qt; what happens is told as events."""
