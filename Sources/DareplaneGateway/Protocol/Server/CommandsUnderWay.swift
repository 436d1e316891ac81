import Synchronization

/// The commands that a module carries out at the moment, of all its connections: STOP ends them.
final class CommandsUnderWay: Sendable {
    private let tasks = Mutex<(all: [UInt64: Task<Void, Never>], lastID: UInt64)>(([:], 0))

    /// Keeps a task until ``remove(_:)``; its number.
    func add(_ task: Task<Void, Never>) -> UInt64 {
        tasks.withLock { tasks in
            tasks.lastID += 1
            tasks.all[tasks.lastID] = task
            return tasks.lastID
        }
    }

    func remove(_ id: UInt64) { tasks.withLock { _ = $0.all.removeValue(forKey: id) } }

    /// Cancels them all; how many there were.
    @discardableResult
    func cancelAll() -> Int {
        let all = tasks.withLock { Array($0.all.values) }
        for task in all { task.cancel() }
        return all.count
    }
}
