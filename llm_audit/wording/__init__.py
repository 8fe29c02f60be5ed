"""Has a model write the sentences: plan briefs, ask, judge every claim against the facts, apply what stands."""
