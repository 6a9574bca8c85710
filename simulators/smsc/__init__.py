"""The message centre: SMPP 3.4 on one side, handsets with their messages on the other."""
