"""The engine room: one workflow per case, its activities, and the worker that runs them."""
