"""The projection: what the chain says, laid out in tables so that a page is answered fast and without a node.

SQLAlchemy lives here and nowhere else. `schema` names the tables, `stores` keeps what is not on the chain, `indexer`
follows the chain and `projectors` turn its logs into rows, `queries` answers readers, and `evidence` lays chain and
tables side by side for the verifier.
"""
