"""What was said in a chat."""
