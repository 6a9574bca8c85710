"""What is asked and how an answer is understood: reply grammar, message catalogue, SMS text. Pure, no clock."""
