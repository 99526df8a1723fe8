"""What is told of single tables that belong to no service, by their traces."""
