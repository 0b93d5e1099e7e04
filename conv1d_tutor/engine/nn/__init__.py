"""What the learner imports as `torch.nn`."""
