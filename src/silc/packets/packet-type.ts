/**
 * Packet types (draft pp-09, 2.3). 0 is never sent, 30-199 are unassigned, 200-254 private, 255 reserved.
 * A receiver ignores types that it does not know.
 */
export const PacketType = {
  disconnect: 1,
  success: 2,
  failure: 3,
  reject: 4,
  notify: 5,
  error: 6,
  channelMessage: 7,
  channelKey: 8,
  privateMessage: 9,
  privateMessageKey: 10,
  command: 11,
  commandReply: 12,
  keyExchange: 13,
  keyExchange1: 14,
  keyExchange2: 15,
  connectionAuthRequest: 16,
  connectionAuth: 17,
  newId: 18,
  newClient: 19,
  newServer: 20,
  newChannel: 21,
  rekey: 22,
  rekeyDone: 23,
  heartbeat: 24,
  keyAgreement: 25,
  resumeRouter: 26,
  fileTransfer: 27,
  resumeClient: 28,
  ack: 29,
} as const;

/** Packet flags (draft pp-09, 2.2). Clients send none but `privmsgKey`; `compressed` and `ack` are not in use anywhere. */
export const PacketFlag = {
  none: 0x00,
  /** The private message inside is protected by a private message key, not by the session key. */
  privmsgKey: 0x01,
  list: 0x02,
  broadcast: 0x04,
  compressed: 0x08,
  ack: 0x10,
} as const;
