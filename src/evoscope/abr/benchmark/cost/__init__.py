"""What an analysis costs: processor time, memory, growth, and how far from the machine's peak."""
