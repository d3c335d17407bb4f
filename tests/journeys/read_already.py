"""What the process that the journeys' houses are forked from has read: the code, and the pages."""

import onebox.cli  # noqa: F401
from storefront.rendering import compile_templates

compile_templates()
