"""What a case asks for, step by step. Activities never read a clock: the case brings its own present."""
