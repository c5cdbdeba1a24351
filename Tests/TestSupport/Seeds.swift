/// The samples of the public documents that the profiles are modeled on, unchanged.
package enum Seeds {
    /// The sample request of "Create Callback Profiles".
    package static let createRequest = """
        {
         "title": "Callback_Profile_Test_1",
         "http_method": "PUT",
         "url": "https://webhook.site/aexxxxb3-axx4-4xx9-8xxc-efxxxxxxxx35",
          "enc": {
            "algo": "AES-128-GCM",
            "key": "12xxxxxxxxxxxx34",
            "IV": "12xxxxxxxxxxxx38"
          },
          "headers": {
            "x-api-key": "A-RANDOM-API-KEY"
          },
          "body": {
            "name": "John Doe"
          },
          "response_message": "Expected response message",
            "channel":"sms",
            "events": "SMS-sent"
        }
        """

    /// The keys of the data in the sample success response, in order.
    package static let answeredKeys = [
        "title", "http_method", "url", "body", "enc", "headers", "replacers", "response_message",
        "events", "profile_id", "status",
    ]
}
