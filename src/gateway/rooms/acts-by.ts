/**
 * By whose session something is done for an owner or admin who is not in the room: `any` who is on the channel and hears what it
 * is, an `operator` there who may read its lists, or the user's own, which comes onto the channel for that.
 */
export type ActsBy = 'any' | 'operator' | 'self';
