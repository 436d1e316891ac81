import GatewayCore
import LiaisonGateway

/// What the vectors' Python modules are in Swift.
enum Fixture {
    static func companion() throws -> LiaisonCompanion {
        let companion = LiaisonCompanion()
        try companion.value("math.e", 2.718281828459045)
        try companion.value("math.pi", 3.141592653589793)
        try companion.register("math.sqrt", .init("x", as: Double.self)) { $0.squareRoot() }
        try companion.register("math.floor", .init("x", as: Double.self)) { Int($0.rounded(.down)) }
        try companion.register("collections.OrderedDict") { LiaisonObject(type: "OrderedDict") }
        try companion.register("builtins.str", .init("object", as: JSONValue.self)) { $0.string ?? $0.pythonText }
        try companion.register("builtins.len", .init("object", as: [JSONValue].self)) { $0.count }
        try companion.register("builtins.tuple", .init("iterable", as: [LiaisonValue].self)) { $0 }
        try companion.register("builtins.bytes", .init("source", as: [Int].self)) { source in
            LiaisonValue.bytes(source.map { UInt8(truncatingIfNeeded: $0) })
        }
        try companion.register(
            "builtins.complex",
            .init("real", as: Double.self),
            .init("imag", as: Double.self)
        ) { LiaisonValue.complex($0, $1) }
        try companion.register("builtins.float", .init("x", as: String.self)) { Double($0) ?? 0 }
        try companion.register("builtins.pow", .init("base", as: Int.self), .init("exp", as: Int.self)) {
            base,
            exponent in
            guard base == 2, exponent == 80, let number = BigNumber("1208925819614629174706176") else {
                return JSONValue.null
            }
            return .bigNumber(number)
        }
        try companion.register("builtins.dict", .init("pairs", as: [[JSONValue]].self)) { pairs in
            LiaisonValue.dictionary(pairs.map { ("\($0[0])", .plain($0[1])) })
        }
        try companion.register(
            "builtins.sorted",
            .init("iterable", as: [Int].self),
            .init("reverse", default: false)
        ) { numbers, isReverse in
            isReverse ? numbers.sorted(by: >) : numbers.sorted()
        }
        try companion.register(
            "datetime.date",
            .init("year", as: Int.self),
            .init("month", as: Int.self),
            .init("day", as: Int.self)
        ) { LiaisonValue.date(year: $0, month: $1, day: $2) }
        try companion.register("datetime.timedelta", .init("days", default: 0)) { days in
            var delta = LiaisonObject(type: "timedelta")
            delta.attribute("days", days)
            return delta
        }
        return companion
    }
}
