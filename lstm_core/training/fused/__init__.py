"""The LSTM of this project: its own forward and backward pass, for TensorFlow on a CPU and for JAX."""
