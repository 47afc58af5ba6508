"""An OpenID provider for a laptop: three people to pick, real keys, real ID tokens.

It imports nothing of daybook: it stands for somebody else's service.
"""
