"""Has a model write the sentences: plan, ask, judge, apply.

`stage` is these in order. `briefs` plans what is asked within the budget, `request` says how a request reads, `prompting` loads
its texts. `asking` is what goes to the writer and comes back, `answers` makes claims and asides of it. `ground` judges claims by
their `names` and `phrases`, these by `deeds` and `conditions`, on what `bearing` finds; `applying` puts what holds into entries,
`asides` acts on remarks. `tally` counts, `records` keeps.
"""
