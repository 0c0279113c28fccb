/**
 * The read models, the cap gate or the feed cannot be reached, or are not known to be whole. What was asked may have been done; a
 * later call may succeed.
 */
export class ReadSideUnavailable extends Error {}

/** It was not asked: it is too long ago that it had heard of everything. */
export class ReadSideBehind extends ReadSideUnavailable {}
