"""What the published tutorials report against what their presets reach here."""
