"""What a reading shows when one looks inside: units, sums, attribution, interventions. NumPy only."""
