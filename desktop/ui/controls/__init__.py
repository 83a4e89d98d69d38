"""Small widgets that several regions use."""
