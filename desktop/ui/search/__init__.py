"""Finding chats and messages, over the window."""
