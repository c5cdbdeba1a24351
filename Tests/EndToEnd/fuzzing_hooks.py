"""Extends schemathesis with facts about the API beyond its description."""

import itertools
import os
import re

import schemathesis
from hypothesis import strategies
from schemathesis.core import NOT_SET

PROFILE, RECEIVER = os.environ["KEPT_PROFILE"], os.environ["RECEIVER"]
NUMBER, CALLBACK = os.environ["BOUND_NUMBER"], os.environ["KEPT_CALLBACK"]
REQUESTS = itertools.count(1)
# Python's regular expressions have no \p: letters, marks and digits are \w without the underscore.
TITLE = r"""^[ _-]*[^\u0000-/:-@\[-`{-\u009f][^\u0000-\u001f!-,./:-@\[-^`{-\u009f]*$"""

# The messages of rules between members.
BEYOND_SCHEMAS = [
    # Another request has just queued the callback.
    r"^The callback is waiting and will be sent without a replay: ",
    r"^body/body must be object, or set body_type to another type$",
    r"^body/body must be string for body_type (xml|html|text)$",
    r"^body/events/\d+ must NOT be present for channel default, which has no events$",
    r"^body/events/\d+ must be equal to one of the allowed values: ",
    # Not every string that it generates for a format is valid.
    r"^body/variables must be object$",
    r"^body must have required property 'body'$",
    r"^body(/auth)?/url must ",
    r"^body must NOT have property 'body' for (GET|DELETE)$",
    r"^body/events must be array; the event of channel sms is SMS-sent$",
    r"^body/headers must NOT have '.*' twice$",
    r"^body/headers/.* must NOT be set; the gateway controls this header$",
    r"^body/headers/.* must be the actual value, not its mask$",
    r"^body/auth must NOT be combined with an 'Authorization' header, because 'auth' sets that header$",
    r"^body(/\d+)?/callback(/\w+)? must NOT have '\w+' twice$",
    r"^body(/\d+)?/callback/\w+ must NOT have more than 10 ",
    r"^body(/\d+)?/callback must NOT mix events of outbound calls",
    r"^body/channel must stay \w+; the channel of a profile cannot change$",
    r"^body/enc/key must have (16|24|32) bytes for AES-",
    r"^body/enc/IV must have 16 bytes, or be",
    r"^body/enc/params/\d+ must name a placeholder of the profile; '.*' is not one",
    r"^body/enc/params must be array$",
    r"^body(/\d+)?/channel must be voice, because 'callback' is for calls$",
    r"^body(/\d+)? must have required property 'event'$",
    r"^body(/\d+)?/event must be equal to one of the allowed values: ",
    r"^The callback is in flight and will be sent without a replay: ",
]

schemathesis.openapi.format("json-object", strategies.sampled_from(["{}", " {\n}\t"]))


@schemathesis.hook
def before_load_schema(context, raw_schema):
    raw_schema.update(rewritten(raw_schema))


def rewritten(value):
    if isinstance(value, dict):
        return {name: rewritten(item) for name, item in value.items()}
    if isinstance(value, list):
        return [rewritten(item) for item in value]
    if isinstance(value, str):
        # The document allows titles with all characters except some of ASCII. The gateway requires letters.
        return r"^[\w -]*[^\W_][\w -]*$" if value == TITLE else value
    return value


@schemathesis.hook
def filter_case(context, case):
    """A test without its optional body is valid, although it is generated as an invalid request."""
    is_wrong = case.meta is not None and case.meta.generation.mode.is_negative
    return not (is_wrong and case.operation.label.endswith("{id}/test") and case.body is NOT_SET)


@schemathesis.hook
def before_call(context, case, kwargs):
    """Replaces valid IDs with existing ones, so that more than 404 is tested."""
    number = next(REQUESTS)
    case.body = existing(case.body, number)
    parameters, label = case.path_parameters or {}, case.operation.label
    # An ID from a link exists. The one that all requests need does not change.
    if re.match("DELETE|.*/disable", label):
        parameters |= {"id": "none"} if parameters.get("id") == PROFILE else {}
    elif parameters.get("id") and not re.match(r"IN_[0-9a-f-]{36}$", parameters["id"]):
        parameters["id"] = CALLBACK if "deliveries" in label else PROFILE
    # Act like a proxy with many clients, so that none of them sends too many invalid keys.
    address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    case.headers = {**(case.headers or {}), "X-Forwarded-For": address}


def existing(value, number):
    if isinstance(value, list):
        return [existing(item, f"{number}-{place}") for place, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    value = dict(value)
    for name, item in value.items():
        if name == "callback" and isinstance(item, dict):
            value[name] = {event: targets(goals) for event, goals in item.items()}
        elif name == "auth":
            value[name] = existing(item, number)
        elif name == "callback_profile" and isinstance(item, str):
            value[name] = PROFILE
        elif name == "url" and isinstance(item, str):
            value[name] = re.sub(r"^(\s*)https?://[^/?#\s]+", r"\1" + RECEIVER, item,
                                 flags=re.IGNORECASE)
        elif name == "wanumber" and re.match(r"\+?[1-9][0-9]{6,14}(\.0)?$", str(item)):
            value[name] = NUMBER
        # A repeated callback gets its original response, regardless of the rest of the request.
        elif name == "callback_id" and isinstance(item, str) and 0 < len(item) < 100:
            value[name] = f"{item[:20]}-{number}"
    return value


def targets(goals):
    """Returns the IDs and URLs of an event of a call."""
    known = {"callback_profile": PROFILE, "url": RECEIVER}
    return {
        name: [known[name.lower()] if isinstance(item, str) else item for item in items]
        if isinstance(items, list) and name.lower() in known else items
        for name, items in goals.items()
    } if isinstance(goals, dict) else goals


@schemathesis.check
def known_refusal(context, response, case):
    """A request that the schema allows is rejected only by rules that schemas cannot express."""
    if response.status_code != 400 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    for fault in response.json()["error"]:
        [words] = fault.values()
        if not any(re.search(rule, words) for rule in BEYOND_SCHEMAS):
            raise AssertionError(f"refused though its schema allows it: {words}")
