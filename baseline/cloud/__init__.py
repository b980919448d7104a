"""The only room with boto3: sessions, typed clients, pages, repeated calls, and errors as values of our own."""
