"""The bureau's business: understanding, knowledge, conversation, cases, figures. Knows nothing of HTTP."""
