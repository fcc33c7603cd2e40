"""The bureau's letters: the documents of 政府信息公开, numbered, rendered, and checked by a linter."""
