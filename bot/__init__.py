"""The Telegram door: explains Belsendi in private chats. Consent and questions go by SMS from 1414."""
