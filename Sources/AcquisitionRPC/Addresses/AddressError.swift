/// Why an address, or the name of a machine, is of no use.
package struct AddressError: Error, Sendable, Hashable {
    /// What is wrong.
    package enum Kind: Sendable, Hashable {
        /// It is no address and cannot be a name.
        case malformed
        /// There is no machine of that name, as far as is known here and now.
        case unknown
        /// Nobody could tell whether there is: a name server that does not answer, for instance.
        case undecided
        /// This machine has no such address or interface.
        case notHere
    }

    /// What is wrong.
    package var kind: Kind
    /// One sentence for people.
    package var message: String

    /// An error.
    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The one sentence for a name that does not resolve.
    package static func unknown(_ name: String, _ reason: String) -> AddressError {
        AddressError(
            .unknown,
            "There is no machine of the name '\(name)' (\(reason)); check how it is written, or give its address"
        )
    }

    /// The one sentence for a name about which nobody can tell.
    package static func undecided(_ name: String, _ reason: String) -> AddressError {
        AddressError(
            .undecided,
            "The name '\(name)' cannot be looked up (\(reason)); check the network, or give the machine's address"
        )
    }
}

extension AddressError: CustomStringConvertible {
    /// The sentence.
    package var description: String { message }
}
