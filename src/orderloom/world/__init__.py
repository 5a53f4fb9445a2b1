"""The simulated company; it drives the hub from outside only, through its public API.

`packs` are five companies as documents; `beile` is one of them (found once, as an operator would), `wishes` what its
customers order, `door` the way in, `day` what happens, `screen` how it is shown.
"""
