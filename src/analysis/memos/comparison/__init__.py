"""What a comparison of two runs is made of: causes, differences, memos, the report."""
