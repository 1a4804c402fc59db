"""The Search page: what to search and how far, trials as they come, and the winner."""
