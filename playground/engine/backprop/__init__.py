"""Forward and backward propagation, one operation at a time, with its checks."""
