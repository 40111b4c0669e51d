"""What to take along of a county: two sheets of paper in one file, and a few text messages."""
