"""Finding models, getting them, and what is known of those that are here."""
