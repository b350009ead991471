"""The rules, one page per family.  In a rule every input is raw data, an array or a plain number, never a Tensor."""
