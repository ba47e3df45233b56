"""Long work: who takes it up, how it is told of, and what becomes of it when somebody pulls the plug."""
