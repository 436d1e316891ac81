import Foundation

/// Why an output takes no more.
package enum OutputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Whoever read it has gone: a pipe's other end was closed, or the terminal. A tool ends quietly then, with status
    /// 0, since the reader had what it wanted.
    case readerGone
    /// It cannot be written, for the system's reason with this number (`errno`): what was to be said is lost, and a
    /// tool ends with status 74.
    case lost(Int32)

    /// What a failed write means.
    init(errno number: Int32, isTerminal: Bool) {
        // EIO is what a terminal says that has been hung up.
        self = number == EPIPE || (number == EIO && isTerminal) ? .readerGone : .lost(number)
    }

    /// Whether later writes may succeed: there may be room again.
    var isTemporary: Bool {
        switch self {
        case .readerGone: false
        case .lost(let number): [ENOSPC, EDQUOT, EFBIG, ENOBUFS, ENOMEM].contains(number)
        }
    }

    package var description: String {
        switch self {
        case .readerGone: "nobody reads it any more"
        case .lost(let number): String(cString: strerror(number))
        }
    }
}
