"""The phones page: the simulated handsets in a browser, to read, answer and write first. Development only."""
