"""The schedulers of the systems: what each is told of a job is made as text, by functions that do nothing else."""
