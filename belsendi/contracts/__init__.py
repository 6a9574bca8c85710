"""What travels between processes: models, names, states and markers. Imports nothing else of ours."""
