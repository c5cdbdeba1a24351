import HTTPServer

/// The OpenAPI description, https://spec.openapis.org/oas/v3.1.0. Tests compare it with the API.
enum OpenAPI {
    static let answer = Response(PackageResources.openapi_json, type: "application/json")
}
