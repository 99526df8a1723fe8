"""The plan: in which order services leave the monolith, and what is done at each step."""
