"""A year of plausible life for a district of twelve communities (`linli demo --year`).

`characters` say who is who, `norms` and `seasons` how much happens and when, `words` what it is
called; `lines` tell one story after the other through the product's own actions, `post` delivers
what they owe, and `year` lets it all happen day by day.
"""
