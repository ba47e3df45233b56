"""Single items of a project: found by their words and by what is known of them, and told with all that was said."""
