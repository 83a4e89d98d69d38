"""The panel in which a chat is set up: its preset, its system prompt, how its replies are written."""
