// What this target holds is on its way.
