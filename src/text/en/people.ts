/** Of SILC users: messages to them, what is told of them. */
export const people = {
  // Hats
  founder: 'Founder',
  operator: 'Operator',
  serverOperator: 'Server operator',
  robot: 'Robot',
  keyVerified: 'Key verified by you',
  detached: 'Detached',

  // Private messages
  unseenEncrypted:
    'SILC cannot carry messages that are encrypted end to end by XMPP. Nothing was sent. Turn that encryption off for this contact, or use OTR.',
  unseen: 'SILC has no form for this kind of message. Nothing was sent.',

  // Cards
  cardUser: (user: string): string => `User: ${user}`,
  cardServer: (server: string): string => `Server: ${server}`,
  cardFingerprint: (fingerprint: string): string => `Key fingerprint: ${fingerprint}`,
  cardBabbleprint: (babbleprint: string): string => `Babbleprint: ${babbleprint}`,
  mentioned: (name: string, room: string, said: string): string =>
    `${name} mentioned you in ${room}: ${said}`,
  keptNoMore: (most: number): string =>
    `While you were away ${most} messages were kept for you. That is the most; others that came later are lost.`,
};
