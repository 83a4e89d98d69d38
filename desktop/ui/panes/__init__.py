"""Chats side by side."""
