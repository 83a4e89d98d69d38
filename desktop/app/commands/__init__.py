"""What the command line can do besides starting the window: carried out by whichever process holds the data directory."""
