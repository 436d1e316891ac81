import AcquisitionModel
import AcquisitionRPC

/// Which messages are wanted, by name.
struct EventFilter: Sendable {
    let topics: Set<ApiTopic>
    /// What each name means in the two dialects.
    let kinds: [NameInDialects<ApiEventKind>]

    /// - Throws: ``CommandFailure`` with candidates for a name that means nothing.
    init(topics: [String], kinds: [String]) throws(CommandFailure) {
        do throws(VocabularyError) {
            var found: Set<ApiTopic> = []
            for name in topics { found.insert(try ApiTopic.find(name)) }
            self.topics = found
        } catch {
            throw CommandFailure(.usage, error.description)
        }
        self.kinds = kinds.map(NameInDialects.init)
        for case .unknown(let error) in self.kinds { throw CommandFailure(.usage, error.description) }
    }

    /// Whether the names mean different kinds in the two dialects.
    var dependsOnDialect: Bool {
        kinds.contains { if case .different = $0 { true } else { false } }
    }

    /// The kinds in `dialect`.
    func kinds(in dialect: Dialect) -> Set<ApiEventKind> {
        Set(
            kinds.compactMap { kind in
                switch kind {
                case .same(let code): code
                case .different(let current, let legacy): dialect == .current ? current : legacy
                case .unknown: nil
                }
            }
        )
    }
}

extension Session {
    /// What is published, from now on.
    func messages(_ filter: EventFilter, in dialect: Dialect) -> BoundedStream<ApiMessage> {
        client.messages(topics: filter.topics, kinds: filter.kinds(in: dialect))
    }
}
