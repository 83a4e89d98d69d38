"""All keys of the window: one table, and the page that shows it."""
