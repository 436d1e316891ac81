// The animals: each kind with its payload.

extension ApiEventType where Payload == ApiAnimalStatus {
    /// An animal was added.
    public static var animalCreated: Self { Self(.animalCreated) }
    /// An animal's data changed.
    public static var animalUpdated: Self { Self(.animalUpdated) }
}

extension ApiEventType where Payload == ApiAnimalStatus? {
    /// Another animal was selected, or none.
    public static var animalSelected: Self { Self(.animalSelected) }
}
