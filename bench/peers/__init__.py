"""The peers: other servers that answer the same addresses with the same JSON, as their users would write them.

All but `serializers`, which is ourselves, are spared what a peer need not know: revisions and `as_of`, `meta`, links,
limits, checks of parameters, and the transaction of a window. They read the views of the newest revision as
`tracker_public`.
"""
