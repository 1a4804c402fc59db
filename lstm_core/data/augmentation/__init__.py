"""Random variations of the training images, so that the network also reads what people draw."""
