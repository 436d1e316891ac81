// What a lab's own protocol reports: each kind with its payload.

extension ApiEventType where Payload == FreeContext {
    /// A lab's protocol reports something.
    public static var protocolEvent: Self { Self(.protocolEvent) }
    /// A lab's protocol reports something about its plan.
    public static var protocolPlanEvent: Self { Self(.protocolPlanEvent) }
    /// A lab's protocol reports something about a phase.
    public static var protocolPhaseEvent: Self { Self(.protocolPhaseEvent) }
    /// A lab's protocol reports something about a predicate.
    public static var protocolPredicateEvent: Self { Self(.protocolPredicateEvent) }
    /// A lab's protocol reports something about an action.
    public static var protocolActionEvent: Self { Self(.protocolActionEvent) }
    /// A lab's protocol reports something about its progress.
    public static var protocolProgressEvent: Self { Self(.protocolProgressEvent) }
}
