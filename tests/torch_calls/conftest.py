"""What is here is used by the tests and by the scripts beside it: there is nothing in it to collect."""

collect_ignore_glob = ["*.py"]
