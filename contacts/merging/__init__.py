"""Two contacts that are one person become one (D28). Each app registers how its rows move."""
