"""The report on a run that ended badly, which stays on this computer."""
