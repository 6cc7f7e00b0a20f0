"""Cases that were tried and failed, each as a test of the right behaviour.

What is not mended yet is marked ``xfail(strict=True)`` with its row in words: the mend takes the mark away.
"""
