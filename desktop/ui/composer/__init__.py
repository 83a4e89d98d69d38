"""Where a person writes, and the line above that says how soon the reply comes."""
