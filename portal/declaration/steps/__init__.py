"""The front end of a declaration as an abstract dossier: from the empty form to acceptance (domain: shared front end).

A programme's model inherits `FrontEnd`. Methods set columns of the dossier and nothing else; papers, deadlines, messages and
versions are effects of what each step declares. The steps stand in a module for each party.
"""

from portal.declaration.steps.front_end import FrontEnd

__all__ = ["FrontEnd"]
