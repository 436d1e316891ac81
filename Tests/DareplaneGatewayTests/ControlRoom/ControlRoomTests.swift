import Testing

/// Control rooms with processes: one test after another, since each starts several.
@Suite(.serialized, .timeLimit(.minutes(1))) enum ControlRoomTests {}
