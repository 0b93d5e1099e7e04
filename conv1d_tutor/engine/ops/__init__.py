"""Operations on tensors, a room for each of PyTorch's categories."""
