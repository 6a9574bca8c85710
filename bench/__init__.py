"""The figures of docs/benchmarks.md, measured on the reader's own machine with one command."""
