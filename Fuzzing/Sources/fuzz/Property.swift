import AcquisitionModel
import Foundation

/// Prints a line on standard error.
func say(_ text: String) {
    FileHandle.standardError.write(Data("fuzz: \(text)\n".utf8))
}

/// Ends the program where `holds` is false: libFuzzer then keeps the input and says where it lies.
func require(_ holds: @autoclosure () -> Bool, _ property: @autoclosure () -> String) {
    if holds() { return }
    say("this does not hold: \(property())")
    abort()
}

/// How much of the processor's time one input may take.
private let mostTime: Duration = .seconds(10)

/// Runs what must not take long. By the processor's clock: neither a process that was paused nor a busy machine makes an
/// input slow. What never ends at all is left to libFuzzer.
func requireQuick(_ body: () -> Void) {
    let start = processorTime()
    body()
    let spent = processorTime() - start
    require(spent < mostTime, "an input takes less than \(mostTime) of the processor's time, and this took \(spent)")
}

private func processorTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

/// Runs what must not throw.
func succeed<Value>(_ property: String, _ body: () throws -> Value) -> Value {
    do {
        return try body()
    } catch {
        say("this does not hold: \(property): \(error)")
        abort()
    }
}

/// The rules that a refusal may name.
private let rules: Set<WireError.Rule> = [.syntax, .encoding, .depth, .size, .missingKey, .type, .frames]

/// A refusal names a rule that there is, says something, and points into the message.
func requireNamed(_ error: WireError, in count: Int) {
    require(rules.contains(error.rule), "a refusal names one of the rules: \(error)")
    require(!error.message.isEmpty, "a refusal says what was expected: \(error)")
    require((0...count).contains(error.offset ?? 0), "a refusal points into the message: \(error)")
    require(error.description.hasSuffix("(rule: \(error.rule.rawValue))"), "the text names the rule: \(error)")
}
