import API
import CallbackDispatch
import HTTPServer
import JSON
import Profiles
import Templates

/// The form for a new or an existing profile.
extension PageController {
    func newProfile() throws -> Response {
        let name = pageRequest.fields?[.channel] ?? pageRequest.parameter("channel")
        guard let channel = Channel(rawValue: name) else { return channelsPage() }
        var form = ProfileForm(channel: channel)
        guard let fields = pageRequest.fields else { return formPage(form) }
        form.fields = fields
        return try answer(form)
    }

    func edit() throws -> Response {
        let profile: Profile
        switch try operations.profiles.show(pageRequest.subject) {
        case .readable(let found): profile = found
        case .damaged(let damage): return page(for: damage)
        }
        var form = ProfileForm(of: profile)
        guard let fields = pageRequest.fields else { return formPage(form) }
        form.fields = fields
        return try answer(form)
    }

    /// Asks for the channel first, because it cannot be changed later.
    private func channelsPage() -> Response {
        let channels = Channel.allCases.map { channel -> TemplateValue in
            [
                "title": .text(ChannelLabels.title(channel)),
                "meaning": .text(ChannelLabels.meaning(channel)),
                "address": .text(PageURL.of(.newProfile) + "?channel=\(channel.rawValue)"),
            ]
        }
        return document("channels", "New profile", ["channels": .list(channels)])
    }

    // MARK: Submission

    private func answer(_ form: ProfileForm) throws -> Response {
        var form = form
        guard !pageRequest.isReview else {
            form.notice =
                "Your session expired, so nothing was saved. Check the form and submit it again."
            return formPage(form)
        }
        switch form.fields[.action] {
        case "test": return formPage(try tested(form))
        case "save": return try save(form)
        case "pick":
            form.pick()
            return formPage(form)
        default:
            form.addRows()
            return formPage(form)
        }
    }

    private func tested(_ form: ProfileForm) throws -> ProfileForm {
        var form = form
        do {
            let tested = try operations.testDeliveries.test(
                settings: .value(.object(form.testRequest)),
                changing: form.isNew ? nil : pageRequest.subject)
            form.outcome = TestOutcome.value(of: tested)
        } catch {
            guard let apiError = APIError(error) else { throw error }
            form.take(apiError)
        }
        return form
    }

    private func save(_ form: ProfileForm) throws -> Response {
        var form = form
        if let words = form.conflict {
            form.notice = words
            form.fields[.version] = form.storedVersion ?? ""
            return formPage(form, status: 409)
        }
        let request = RequestBody.value(.object(form.request))
        do {
            let saved =
                try form.isNew
                ? operations.profiles.create(request, at: operations.now)
                : operations.profiles.update(pageRequest.subject, request, at: operations.now)
            let done = form.isNew ? "created" : "saved"
            return .seeOther(PageURL.of(.profile, saved.profile.id) + "?done=\(done)")
        } catch {
            guard let apiError = APIError(error), apiError.status != 404 else { throw error }
            form.take(apiError)
            return formPage(form)
        }
    }

    private func formPage(_ form: ProfileForm, status: Int? = nil) -> Response {
        let action = form.isNew ? PageURL.of(.newProfile) : PageURL.of(.edit, pageRequest.subject)
        let back = form.isNew ? PageURL.of(.profiles) : PageURL.of(.profile, pageRequest.subject)
        let title = form.faults.isEmpty ? form.title : "Error: \(form.title)"
        return document(
            "form", title, FormValues(form, action: action, back: back).value,
            status: status ?? form.status)
    }
}

/// Tests a saved profile, with values for its placeholders.
extension PageController {
    func testPage() throws -> Response {
        let profile: Profile
        switch try operations.profiles.show(pageRequest.subject) {
        case .readable(let found): profile = found
        case .damaged(let damage): return page(for: damage)
        }
        let samples = profile.samples
        var field = FormField("variables", "Values for the placeholders")
        field.text =
            pageRequest.fields?[.variables]
            ?? (samples.isEmpty ? "" : JSONValue.object(samples).text())
        field.hint = "A JSON object; missing variables get sample values"
        (field.rows, field.isOptional) = (10, true)
        var (outcome, status) = (TemplateValue.none, 200)
        if pageRequest.fields != nil, !pageRequest.isReview {
            do {
                let tested = try operations.testDeliveries.test(
                    profile: pageRequest.subject, Self.request(field.text))
                outcome = TestOutcome.value(of: tested)
            } catch {
                guard let apiError = APIError(error) else { throw error }
                status = apiError.status
                field.fault = FormFaults(apiError).lines.map(\.words).joined(separator: ". ")
            }
        }
        return page(profile.settings.title, field, outcome, status)
    }

    private static func request(_ variables: String) -> RequestBody? {
        guard !variables.allSatisfy(\.isWhitespace) else { return nil }
        return .value(.object(["variables": .string(variables)]))
    }

    private func page(
        _ title: String, _ field: FormField, _ outcome: TemplateValue, _ status: Int
    ) -> Response {
        document(
            "test", (field.fault.isEmpty ? "" : "Error: ") + "Test \(title)",
            [
                "name": .text(title), "variables": field.value, "outcome": outcome,
                "faults": FaultSummary(field).value,
                "action": .text(PageURL.of(.test, pageRequest.subject)),
                "back": .text(PageURL.of(.profile, pageRequest.subject)),
            ], status: status)
    }
}
