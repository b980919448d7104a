"""The only package that uses boto3: sessions, typed clients, pagination, retries, and our own error types."""
