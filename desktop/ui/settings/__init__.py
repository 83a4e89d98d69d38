"""What a person can choose for all chats."""
