"""Conversations: the tree of messages and its SQLite store. The transcript is the truth; everything else can be rebuilt."""
