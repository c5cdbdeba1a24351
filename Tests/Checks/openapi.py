"""Validates bodies with the schemas of an OpenAPI document.

Reads {"document": {...}, "bodies": [{"operation": ID, "body": ...}]} and prints a JSON array of
booleans. Fails for unknown keywords, dangling references, and documents
that do not meet the requirements of OpenAPI 3.1.
"""

import json
import re
import sys

TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
}
IGNORED = {"description", "default", "$ref", "if", "then", "else", "contentMediaType"}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def matches(pattern, text):
    # In ECMA-262, $ matches only at the very end.
    return re.search(re.sub(r"\$$", r"\\Z", pattern), text) is not None


def holds_object(text):
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def resolve(reference, document):
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def equal(one, other):
    return type(one) is type(other) and one == other


def valid(value, schema, document):
    def check(name, rule):
        match name:
            case "type":
                return any(is_type(value, n) for n in ([rule] if isinstance(rule, str) else rule))
            case "const":
                return equal(value, rule)
            case "enum":
                return any(equal(value, item) for item in rule)
            case "anyOf":
                return any(valid(value, part, document) for part in rule)
            case "allOf":
                return all(valid(value, part, document) for part in rule)
            case "not":
                return not valid(value, rule, document)
            case "pattern":
                return not isinstance(value, str) or matches(rule, value)
            case "format":
                assert rule == "json-object", rule
                return not isinstance(value, str) or holds_object(value)
            case "propertyNames":
                return not isinstance(value, dict) or all(valid(n, rule, document) for n in value)
            case "minLength":
                return not isinstance(value, str) or len(value) >= rule
            case "maxLength":
                return not isinstance(value, str) or len(value) <= rule
            case "minItems":
                return not isinstance(value, list) or len(value) >= rule
            case "maxItems":
                return not isinstance(value, list) or len(value) <= rule
            case "items":
                return not isinstance(value, list) or all(valid(v, rule, document) for v in value)
            case "maxProperties":
                return not isinstance(value, dict) or len(value) <= rule
            case "required":
                return not isinstance(value, dict) or all(n in value for n in rule)
            case "minimum":
                return not is_type(value, "integer") or value >= rule
            case "maximum":
                return not is_type(value, "integer") or value <= rule
            case "properties":
                return not isinstance(value, dict) or all(
                    valid(value[n], part, document) for n, part in rule.items() if n in value
                )
            case "additionalProperties":
                known = schema.get("properties", {})
                others = [v for n, v in value.items() if n not in known] if isinstance(value, dict) else []
                if isinstance(rule, bool):
                    return rule or not others
                return all(valid(v, rule, document) for v in others)
            case _:
                assert name in IGNORED, f"unknown keyword {name}"
                return True

    if "$ref" in schema:
        return valid(value, resolve(schema["$ref"], document), document)
    if "if" in schema:
        branch = "then" if valid(value, schema["if"], document) else "else"
        if not valid(value, schema.get(branch, {}), document):
            return False
    return all([check(name, rule) for name, rule in schema.items()])


def check_references(value, document):
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        check_references(item, document)
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        resolve(value["$ref"], document)


def operations(document):
    found = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            assert operation["operationId"] not in found, operation["operationId"]
            assert operation["responses"], path
            named = {p["name"] for p in (
                resolve(p["$ref"], document) if "$ref" in p else p
                for p in item.get("parameters", []) + operation.get("parameters", [])
            ) if p["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path)), path
            found[operation["operationId"]] = operation
    return found


request = json.load(sys.stdin)
document = request["document"]
assert document["openapi"] == "3.1.0" and {"title", "version"} <= document["info"].keys()
check_references(document, document)
known = operations(document)
if "routes" in request:
    described = sorted(
        f"{method.upper()} {path} {operation['operationId']}"
        for path, item in document["paths"].items()
        for method, operation in item.items() if method != "parameters"
    )
    assert described == sorted(request["routes"]), (described, request["routes"])
    parameters = {
        name: sorted(p["name"] for p in operation.get("parameters", []) if p.get("in") == "query")
        for name, operation in known.items()
    }
    assert parameters == {n: sorted(p) for n, p in request["parameters"].items()}, parameters
answers = []
for case in request["bodies"]:
    content = known[case["operation"]]["requestBody"]["content"]["application/json"]
    answers.append(valid(case["body"], content["schema"], document))
print(json.dumps(answers))
