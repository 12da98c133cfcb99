"""What happens outside of a request: sending mails and regular upkeep, by any number of workers."""
