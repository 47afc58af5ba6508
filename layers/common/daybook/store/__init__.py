"""State on AWS: DynamoDB, S3 and Secrets Manager. The only room that knows their keys and calls."""
