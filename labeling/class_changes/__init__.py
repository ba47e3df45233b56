"""A change of mind about classes: renamed, merged, split, moved or retired, previewed, done and taken back."""
