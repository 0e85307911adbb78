"""The honest protocol: every figure with n, an interval and the trivial guess beside it."""
