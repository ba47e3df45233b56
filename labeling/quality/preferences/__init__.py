"""Which of two texts is better: a ranking of those who wrote them, and pairs that a model learns from."""
