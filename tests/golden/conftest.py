"""The scripts here write the recordings beside them and need other frameworks: there is nothing in them to collect."""

collect_ignore_glob = ["make_*.py", "record_*.py"]
