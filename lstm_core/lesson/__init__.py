"""What the Learn page needs beyond `lstm_core.inside`. NumPy only."""
