"""From what a person drew or brought to an image like those the network learnt from."""
