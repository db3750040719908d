/** Mode masks. All are sent and set as complete masks: a bit left out is a bit removed. */

/** Channel modes, CMODE (draft commands-07, 2.3.17). */
export const ChannelMode = {
  none: 0x0000,
  private: 0x0001,
  secret: 0x0002,
  /** Members use their own channel private keys; founder only. */
  privateKey: 0x0004,
  invite: 0x0008,
  topic: 0x0010,
  userLimit: 0x0020,
  /** Founder only. */
  passphrase: 0x0040,
  /** Founder only. */
  cipher: 0x0080,
  hmac: 0x0100,
  /** Founder authentication: the channel stays and its founder can come back; founder only. */
  founderAuth: 0x0200,
  /** Moderated: ordinary users cannot talk; founder only. */
  silenceUsers: 0x0400,
  /** Operators cannot talk; founder only. */
  silenceOperators: 0x0800,
  /** Joining needs a signature with a key of the channel's list; founder only. */
  channelAuth: 0x1000,
} as const;

/** Channel modes that only a founder sets and clears; the others need an operator. HMAC needs an operator in silcd. */
export const FOUNDER_CHANNEL_MODES =
  ChannelMode.privateKey |
  ChannelMode.passphrase |
  ChannelMode.cipher |
  ChannelMode.founderAuth |
  ChannelMode.silenceUsers |
  ChannelMode.silenceOperators |
  ChannelMode.channelAuth;

/** Modes of a user on a channel, CUMODE (draft commands-07, 2.3.18). */
export const ChannelUserMode = {
  none: 0x00,
  founder: 0x01,
  operator: 0x02,
  blockMessages: 0x04,
  blockMessagesUsers: 0x08,
  blockMessagesRobots: 0x10,
  /** Cannot talk on the channel. */
  quiet: 0x20,
} as const;

/** Modes that everybody sets for oneself only. */
export const OWN_CHANNEL_USER_MODES =
  ChannelUserMode.blockMessages | ChannelUserMode.blockMessagesUsers | ChannelUserMode.blockMessagesRobots;

/** User modes, UMODE (draft commands-07, 2.3.16). */
export const UserMode = {
  none: 0x0000,
  serverOperator: 0x0001,
  routerOperator: 0x0002,
  gone: 0x0004,
  indisposed: 0x0008,
  busy: 0x0010,
  page: 0x0020,
  hyper: 0x0040,
  robot: 0x0080,
  anonymous: 0x0100,
  blockPrivateMessages: 0x0200,
  /** Registered, but without a connection; set by the server only. */
  detached: 0x0400,
  rejectWatching: 0x0800,
  blockInvite: 0x1000,
} as const;
