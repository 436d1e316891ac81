public import GatewayCore

extension PeerConversation {
    /// The longest message that fits into a datagram.
    public static let largestDatagram = 65_507
    /// How long the echo of a message that was given up may still come.
    private static let lateness: Duration = .seconds(10)

    /// Sends a message and waits for its echo, after those that wait already.
    public mutating func send(_ bytes: [UInt8], id: ID, timeout: Duration? = nil, now: Instant) -> [Action] {
        guard EchoRule.isOwed(for: bytes) else {
            let rule = "text of two characters or more, of which the second is not 0"
            return [.failed(id, GatewayError(.badValue, "Nobody echoes this message: it must be \(rule)"))]
        }
        return enqueue(Waiting(id: id, bytes: bytes, timeout: timeout ?? settings.echoTimeout), now)
    }

    /// Sends a message that nobody echoes: the report of an error.
    public mutating func sendUnconfirmed(_ bytes: [UInt8], id: ID, now: Instant) -> [Action] {
        enqueue(Waiting(id: id, bytes: bytes, timeout: nil), now)
    }

    /// Nobody waits for a message any more. One that has gone out keeps its place until its echo comes or is overdue.
    public mutating func cancel(_ id: ID) {
        queue.removeAll { $0.id == id }
    }

    /// The time is now `now`.
    public mutating func timePassed(now: Instant) -> [Action] {
        var actions: [Action] = []
        if let end = restDeadline, end <= now {
            restDeadline = nil
            actions += readCutOffEcho(now) ?? readStream(now, isAll: true)
        }
        if let outstanding, outstanding.deadline <= now {
            actions += readCutOffEcho(now) ?? lose(outstanding, now)
        }
        return actions + sendNext(now)
    }

    /// The peer is gone: everything fails.
    public mutating func end(_ error: GatewayError) -> [Action] {
        let ids = [outstanding?.id].compactMap(\.self) + queue.map(\.id)
        outstanding = nil
        queue = []
        return ids.map { .failed($0, error) }
    }

    // MARK: - One after another

    private mutating func enqueue(_ waiting: Waiting, _ now: Instant) -> [Action] {
        if transport == .udp, waiting.bytes.count > Self.largestDatagram {
            let text = "The message has \(waiting.bytes.count) bytes; a datagram holds \(Self.largestDatagram)"
            return [.failed(waiting.id, GatewayError(.badValue, text))]
        }
        guard queue.count < settings.queued else {
            return [.failed(waiting.id, GatewayError(.busy, "\(queue.count) messages wait for this peer already"))]
        }
        queue.append(waiting)
        return sendNext(now)
    }

    mutating func sendNext(_ now: Instant) -> [Action] {
        var actions: [Action] = []
        while outstanding == nil, !queue.isEmpty {
            if let quietEnd, quietEnd > now { break }
            let next = queue.removeFirst()
            guard let timeout = next.timeout else {
                actions += [.write(next.bytes), .confirmed(next.id)]
                // Over TCP the peer must not read the next one together with it.
                quietEnd = now.saturating(adding: settings.gap)
                continue
            }
            let bytes = marked(next.bytes)
            outstanding = Outstanding(
                id: next.id,
                bytes: bytes,
                timeout: timeout,
                deadline: now.saturating(adding: timeout)
            )
            actions.append(.write(bytes))
        }
        return actions
    }

    private mutating func marked(_ bytes: [UInt8]) -> [UInt8] {
        guard transport == .udp, settings.marksDatagrams else { return bytes }
        marks = marks % 16 + 1
        guard bytes.count + marks <= Self.largestDatagram else { return bytes }
        return bytes + Array(repeating: blank, count: marks)
    }

    // MARK: - Echoes

    mutating func confirm(_ message: Outstanding, _ now: Instant) -> [Action] {
        outstanding = nil
        // A connection brings nothing twice.
        if transport == .udp {
            sent.add(
                message.bytes,
                // What is too long for a mark is not told from what the peer may say itself.
                until: now.saturating(
                    adding: HeardMessages.isMarked(message.bytes) ? Self.lateness : settings.copyWindow
                )
            )
        }
        return [.confirmed(message.id)]
    }

    private mutating func lose(_ message: Outstanding, _ now: Instant) -> [Action] {
        outstanding = nil
        // Its echo may still come. A second message with the same bytes is the peer's own.
        sent.add(message.bytes, until: now + Self.lateness, isOnce: !HeardMessages.isMarked(message.bytes))
        let error = GatewayError(.noAnswer, "The message was not echoed within \(message.timeout)")
        return [.failed(message.id, error)]
    }

    /// Takes what waits for the echo of a long message, where it was cut off (`protocol/iblutil.md`, I9).
    private mutating func readCutOffEcho(_ now: Instant) -> [Action]? {
        guard let outstanding, stream.count == EchoRule.cutOffLength,
            EchoRule.compare(stream.waiting, with: outstanding.bytes) == .beginning
        else { return nil }
        stream.removeAll()
        restDeadline = nil
        return [.note("an echo was cut off at \(EchoRule.cutOffLength) bytes")] + confirm(outstanding, now)
    }
}
