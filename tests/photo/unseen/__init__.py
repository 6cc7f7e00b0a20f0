"""Prescriptions drawn from what lies in Chinese hospitals, without a look at the reader: it is judged on them."""
