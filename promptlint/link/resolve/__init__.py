"""What an expression is: names followed through scopes, classes, calls and files, to values."""
