/** Status codes of multi-user chat (XEP-0045, 15.6.2) that the gateway sends. */
export const StatusCode = {
  /** The configuration of the room changed. */
  configurationChanged: 104,
  /** The presence is about the receiver itself. */
  self: 110,
  /** SILC addresses are shown to everybody from now on, or to moderators only. */
  nonAnonymous: 172,
  semiAnonymous: 173,
  /** The join created the channel. */
  created: 201,
  /** The service changed the nick that was asked for. */
  nickAssigned: 210,
  banned: 301,
  nickChanged: 303,
  kicked: 307,
  /** Removed because of a change of affiliation. */
  affiliationLost: 321,
  /** Removed because the room became members-only and the receiver is no member. */
  membersOnly: 322,
  /** Removed because the service shuts down. */
  shutdown: 332,
  /** Removed because of an error on the way, not by anybody's will. */
  technical: 333,
} as const;

export type StatusCode = (typeof StatusCode)[keyof typeof StatusCode];
