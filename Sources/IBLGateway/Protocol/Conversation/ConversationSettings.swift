/// The times and the limits of a conversation with one peer.
public struct ConversationSettings: Sendable, Hashable {
    /// How long a message waits for its echo (`protocol/iblutil.md`, I12: 1 s).
    public var echoTimeout: Duration
    /// How long after an echo nothing else is sent. The original takes what arrives together with an echo for a wrong echo
    /// and closes; 50 ms were seen to be enough (I28), and are what an answer should wait at least (I25).
    public var gap: Duration
    /// Over UDP, how long a datagram with the same bytes as the one just before counts as a repetition of it, which is not
    /// carried out twice. Shorter than ``gap``, so that no answer is taken for one. Zero for none.
    public var copyWindow: Duration
    /// Over UDP, whether each message goes out with a few blanks at its end, other ones each time. A peer sends them back
    /// and does not read them, and so a late echo or a copy of one is told from a message that the peer sends by itself.
    public var marksDatagrams: Bool
    /// Over TCP, how long the rest of a message may take to come. What has come by then is taken as it is.
    public var restTimeout: Duration
    /// The largest message that is taken, in bytes.
    public var messageSize: Int
    /// How many messages may wait for those before them.
    public var queued: Int

    /// Settings.
    public init(
        echoTimeout: Duration = .seconds(1),
        gap: Duration = .milliseconds(60),
        copyWindow: Duration = .milliseconds(40),
        marksDatagrams: Bool = true,
        restTimeout: Duration = .milliseconds(500),
        messageSize: Int = 1 << 20,
        queued: Int = 1024
    ) {
        self.echoTimeout = echoTimeout
        self.gap = gap
        self.copyWindow = copyWindow
        self.marksDatagrams = marksDatagrams
        self.restTimeout = restTimeout
        self.messageSize = messageSize
        self.queued = queued
    }
}
