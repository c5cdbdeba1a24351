"""The description of the API by openapi-spec-validator: what generators of clients ask of it."""

import json
import re

from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway import expect


def check(home):
    with home.serve("description") as server:
        answer = server.ask("GET", "/openapi.json")
    faults = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
              for error in OpenAPIV31SpecValidator(json.loads(answer.text)).iter_errors()]
    expect("faults of /openapi.json", faults, [])
    # Both are valid, and generators stumble over them.
    expect("empty constants", answer.text.count('"const": ""'), 0)
    expect("Unicode classes in patterns", re.findall(r'"pattern": "[^"]*\\\\[pP]\{', answer.text), [])
