"""Run folders, what they hold, and the queue of trainings over them."""
