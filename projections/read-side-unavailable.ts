/**
 * The read models, the cap gate or the feed cannot be reached, or are not known to be whole. What was asked may have been done; a
 * later call may succeed.
 */
export class ReadSideUnavailable extends Error {}
