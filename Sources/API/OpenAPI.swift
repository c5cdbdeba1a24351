import HTTPServer

/// The description of the API, https://spec.openapis.org/oas/v3.1.0; tests hold it against the API.
enum OpenAPI {
    static let answer = Response(PackageResources.openapi_json, type: "application/json")
}
