"""Publishing replies: a second, separate decision after the reply itself."""
