internal import CCurl

/// A connection to a mail server that is opened when needed and kept for the mails that follow.
package final class SMTPSession {
    private let handle: EasyHandle

    package init(_ options: SMTPOptions) throws(CurlError) {
        handle = try EasyHandle.open(options.url)
        try handle.set(.protocols, options.scheme)
        // A proxy of the environment is meant for the web.
        try handle.set(.proxy, "")
        try Self.secure(handle, options)
        try Self.limit(handle, options.timeouts)
        try Self.listen(handle)
        try handle.set(.allowFailedRecipients, 1)
    }

    /// Whether the last transfer, if it had a connection, used one that an earlier one had opened.
    package var reusedConnection: Bool { handle.newConnections == 0 }

    /// Limits the time that each transfer from now on may take as a whole.
    package func limit(toMilliseconds limit: Int) throws(CurlError) {
        try handle.set(.timeout, limit)
    }

    /// Sends a mail of `size` bytes, which the conversation hands out, to one recipient.
    ///
    /// libcurl takes the addresses as they are: they must have been checked.
    package func send(
        from: String, to: String, size: Int, _ conversation: any SMTPObserver
    ) throws(CurlError) {
        try handle.set(.customRequest, nil)
        try handle.set(.noBody, 0)
        try handle.set(.upload, 1)
        try handle.set(.uploadSize, Int64(size))
        try handle.set(.mailFrom, from)
        try perform(for: conversation) { () throws(CurlError) in
            try handle.perform(with: .recipients, [to])
        }
    }

    /// Sends a command, such as `NOOP`, once connected and logged in.
    package func command(
        _ command: String, _ conversation: any SMTPObserver
    ) throws(CurlError) {
        try handle.set(.upload, 0)
        try handle.set(.noBody, 1)
        try handle.set(.mailFrom, nil)
        try handle.set(.customRequest, command)
        try perform(for: conversation) { () throws(CurlError) in try handle.perform() }
    }

    /// Says goodbye, waits for the answer for at most `limit` milliseconds and disconnects.
    ///
    /// Left to itself libcurl waits two minutes for a server that does not answer.
    package func quit(limit: Int, _ conversation: any SMTPObserver) {
        try? handle.set(.timeout, limit)
        try? command("QUIT", conversation)
        handle.disconnect()
        try? handle.set(.timeout, 0)
    }

    /// Lends the conversation to the callbacks for as long as the transfer lasts.
    private func perform(
        for conversation: any SMTPObserver, _ transfer: () throws(CurlError) -> Void
    ) throws(CurlError) {
        let listener = SMTPListener(conversation)
        let context = Unmanaged.passUnretained(listener).toOpaque()
        try handle.set(.readContext, context)
        try handle.set(.headerContext, context)
        try handle.set(.debugContext, context)
        // Without this the optimiser might release it before the transfer.
        try withExtendedLifetime(listener) { () throws(CurlError) in try transfer() }
    }
}

extension SMTPSession {
    private static func secure(
        _ handle: borrowing EasyHandle, _ options: SMTPOptions
    ) throws(CurlError) {
        let level = options.security == .none ? CURLUSESSL_NONE : CURLUSESSL_ALL
        try handle.set(.useTLS, Int(level.rawValue))
        try handle.set(.verifyPeer, 1)
        try handle.set(.verifyHost, 2)
        try handle.set(.tlsVersion, Int(CURL_SSLVERSION_TLSv1_2))
        if let authorities = options.authorities { try handle.set(.authorities, authorities) }
        guard let userName = options.userName else { return }
        try handle.set(.userName, userName)
        try handle.set(.password, options.password)
        // libcurl would rather take DIGEST-MD5, which is obsolete and often broken.
        try handle.set(.loginOptions, "AUTH=PLAIN;AUTH=LOGIN")
    }

    private static func limit(
        _ handle: borrowing EasyHandle, _ timeouts: SMTPOptions.Timeouts
    ) throws(CurlError) {
        try handle.set(.connectTimeout, timeouts.connect)
        try handle.set(.responseTimeout, timeouts.response)
        try handle.set(.lowSpeedLimit, 100)
        try handle.set(.lowSpeedTime, 180)
        // Below the five minutes after which servers close what is idle.
        try handle.set(.maximumIdleTime, 60)
    }

    private static func listen(_ handle: borrowing EasyHandle) throws(CurlError) {
        try handle.set(.read, SMTPListener.read)
        try handle.set(.header, SMTPListener.header)
        try handle.set(.write, SMTPListener.write)
        try handle.setDebug(SMTPListener.debug)
        // Calls the debug function; nothing is printed.
        try handle.set(.verbose, 1)
    }
}
