"""What makes Rivulet's packages. `packaging/build` runs it; nothing of it is in them."""
