"""What sections of the lesson say of numbers, in sentences that are true of them."""
