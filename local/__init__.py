"""What stands for the outside world on a laptop: the local AWS and the simulated vendors."""
