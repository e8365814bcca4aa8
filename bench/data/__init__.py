"""The large set: a made-up world, the same at every build but for salts and the moments of revisions."""
