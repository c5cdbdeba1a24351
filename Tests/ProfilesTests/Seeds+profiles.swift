import TestSupport

extension Seeds {
    /// The sample failure response of "Create Callback Profiles".
    static let missingTitle = """
        {
          "code": "RBC302",
          "message": "body must have required property 'title'",
          "data": {},
          "error": [
            {
              "body": "body must have required property 'title'"
            }
          ],
          "status": 400
        }
        """

    /// The samples of the four methods in "Callback Profiles", with the required title and without
    /// the trailing commas of the page.
    static let methods = [
        #"""
        {"title": "abc", "url": "https://webhook.site/93e95c0d-53eb-4960-b628-6a03cb672946\n\n",
        "http_method": "get"}
        """#,
        #"""
        {"title": "abc", "url": "https://webhook.site/93e95c0d-53eb-4960-b628-6a03cb672946\n\n",
        "http_method": "post",
        "body":{
        "name":"Ray","phone":"<whatsapp_number>","address":{"formatted_address":"<address.formatted_address>"
        }}}
        """#,
        #"""
        {"title": "abc", "url": "https://webhook.site/93e95c0d-53eb-4960-b628-6a03cb672946\n\n",
        "http_method": "post",
        "body":{
        "name":"Ray" }}
        """#,
        #"""
        {"title": "abc", "url": "https://webhook.site/93e95c0d-53eb-4960-b628-6a03cb672946",
        "http_method": "delete"}
        """#,
    ]

    /// The URL of the GET in "Create Callback Profile for Incoming WhatsApp Messages".
    static let incomingURL =
        "https://webhook.site/7ef1e66d-4231-46f7-907a-75df0df6357c?body=<body>&mime_type=<mime_type>"
        + "&media_url=<media_url>&from=<from>&name=<name>&type=<type>&created_at=<created_at>"
        + "&reply_to=<reply_to>&wanumber=<wanumber>&mobile=<mobile>&custom_response=<custom_response>"
        + "&message=<message>&contacts=<contacts>&location=<location>"

    /// The body of the POST in the same document.
    static let incomingBody = """
        {
        "body": "<body>",
        "mime_type": "<mime_type>",
        "media_url": "<media_url>",
        "from": "<from>",
        "name": "<name>",
        "type": "<type>",
        "created_at": "<created_at>",
        "reply_to": "<reply_to>",
        "wanumber": "<wanumber>",
        "mobile": "<mobile>",
        "custom_response": "<custom_response>",
        "message": "<message>",
        "contacts": "<contacts>",
        "location": "<location>"
        }
        """

    /// The message of the sample response, with digits in place of the masked ones.
    static let incomingMessage = """
        {"body": "Hi", "from": "919000000008", "name": "John", "type": "text",
         "created_at": "1692619555", "reply_to": "4e7b75d9-e885-4e1f-b958-2568780ff25f",
         "wanumber": "917000000009", "mobile": "919000000008", "custom_response": false,
         "message": [{"from":"919000000008","id":"4e7b75d9-e885-4e1f-b958-2568780ff25f",
                  "timestamp":"1692619555","type":"text","text":{"body":"Hi"},
                  "profile":{"name":"john"},"wa_number":"917000000009"}]}
        """

    /// The examples in both tables of "Callback Profiles in Voice APIs", with their IDs and URLs.
    static let voice: [(json: String, event: String, ids: [String], urls: [String])] = [
        (
            #"{ "call_start": { "callback_profile": [ "SG_cXX9-bXX4-4XX9-aXXf-27XX9" ], "url": [ "https://webhook.site/2cXX9-6XX0-4XX7-bXX9-aeXX31?caller={{caller}}" ] } }"#,
            "call_start", ["SG_cXX9-bXX4-4XX9-aXXf-27XX9"],
            ["https://webhook.site/2cXX9-6XX0-4XX7-bXX9-aeXX31?caller={{caller}}"]
        ),
        (
            #"{ "call_answer": { "callback_profile": [ "SG_96XX3-2XXb-4XX2-9XX3-feXXe" ], "url": [ "https://webhook.site/2cXX9-6XX0-4XX7-bXX9-aeXX31?caller={{caller}}" ] } }"#,
            "call_answer", ["SG_96XX3-2XXb-4XX2-9XX3-feXXe"],
            ["https://webhook.site/2cXX9-6XX0-4XX7-bXX9-aeXX31?caller={{caller}}"]
        ),
        (
            #"{ "call_end": { "callback_profile": [ "SG_f8XX40-fXX8-4XXf-aXX3-c9XXb" ], "url": [ "https://webhook.site/2cXX9-6XX0-4XX7-bXX9-aeXX1?caller={{caller}}", "https://webhook.site/2cXX89-6XX0-4XX7-bXX9-aeXX1?callee={callee}" ] } }"#,
            "call_end", ["SG_f8XX40-fXX8-4XXf-aXX3-c9XXb"],
            [
                "https://webhook.site/2cXX9-6XX0-4XX7-bXX9-aeXX1?caller={{caller}}",
                "https://webhook.site/2cXX89-6XX0-4XX7-bXX9-aeXX1?callee={callee}",
            ]
        ),
        (
            #"{ "from_call_start": { "callback_profile": [ "SG_xxxx" ], "url": [ "https://webhook.site/2c2xxxx?caller={{caller}}" ] } }"#,
            "from_call_start", ["SG_xxxx"], ["https://webhook.site/2c2xxxx?caller={{caller}}"]
        ),
        (
            #"{ "to_call_start": { "callback_profile": [ "SG_SG_xxxxxxx" ], "url": [ "https://webhook.site//2c2xxxxxxxxxxx?caller={{caller}}" ] } }"#,
            "to_call_start", ["SG_SG_xxxxxxx"],
            ["https://webhook.site//2c2xxxxxxxxxxx?caller={{caller}}"]
        ),
        (
            #"{ "from_call_answer": { "callback_profile": [ "SG_SG_xxxx" ], "url": [ "https://webhook.site//2c2xxxxxxxxxxx?caller={{caller}}" ] } }"#,
            "from_call_answer", ["SG_SG_xxxx"],
            ["https://webhook.site//2c2xxxxxxxxxxx?caller={{caller}}"]
        ),
        (
            #"{ "to_call_answer": { "callback_profile": [ "SG_SG_xxxxxxxx" ], "url": [ "https://webhook.site//2c2xxxxxxxxx?caller={{caller}}" ] } }"#,
            "to_call_answer", ["SG_SG_xxxxxxxx"],
            ["https://webhook.site//2c2xxxxxxxxx?caller={{caller}}"]
        ),
        (
            #"{ "call_end": { "callback_profile": [ "SG_SG_xxxxxxx" ], "url": [ "https://webhook.site//2c2xxxxxxxx?caller={{caller}}" ] } }"#,
            "call_end", ["SG_SG_xxxxxxx"], ["https://webhook.site//2c2xxxxxxxx?caller={{caller}}"]
        ),
    ]

    /// The column "Format" in both tables. The third format lacks a quotation mark in the document.
    static let voiceFormats = [
        #"{"call_start":{"callback_profile":[],"url":[]}}"#,
        #"{"call_answer":{"callback_profile":[],"url":[]}}"#,
        #"{"from_call_start":{"callback_profile":[],"url":[]}}"#,
        #"{"to_call_start":{"callback_profile":[],"url":[]}}"#,
        #"{"from_call_answer":{"callback_profile":[],"url":[]}}"#,
        #"{"to_call_answer":{"callback_profile":[],"url":[]}}"#,
        #"{"call_end":{"callback_profile":[],"url":[]}}"#,
    ]
    static let brokenVoiceFormat = #"{call_end":{"callback_profile":[],"url":[]}}"#
}
