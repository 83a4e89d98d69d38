"""What the machine offers: paths, private files, locks, logs, settings. Imports nothing else of Rivulet."""
