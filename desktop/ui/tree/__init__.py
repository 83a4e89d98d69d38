"""The picture of a conversation: all its messages, where its chats branch, and where they stand."""
