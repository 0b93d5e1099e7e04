"""What the learner imports as `torch`: PyTorch's face on numpy."""
