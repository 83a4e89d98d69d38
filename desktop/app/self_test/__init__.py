"""`rivulet --self-test`: whether all that Rivulet stands on is there and does its work, in a checkout and in the packaged application.

It starts Rivulet itself, twice, on a data directory of its own, which is gone afterwards; nothing of the person's is touched.
"""
