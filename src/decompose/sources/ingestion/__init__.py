"""From logs to a tally: which pieces to read, where, and how what they tell is joined."""
