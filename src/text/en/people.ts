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
  nobodyCalled: (nickname: string): string => `Nobody called ${nickname} is on this SILC network.`,
  gone: 'The user is no longer on the SILC network.',
  inDoubt: 'Whether this message has arrived is not known: the link to the SILC server broke just then.',
  ambiguous: (nickname: string, list: string): string =>
    `Several users are called ${nickname}. These addresses tell them apart: ${list}`,
  isDetached:
    'This user is detached from the SILC network: SILC drops what is sent to a detached user. The message was not delivered; send it again when the user is back.',
  tooManyQuestions: 'Too many of your questions wait for an answer.',
  tooLong: (octets: number, most: number): string =>
    `The message has ${octets} octets; SILC carries ${most} at most. Nothing was sent.`,
  noNegotiation: 'SILC users have no negotiated sessions (XEP-0155, XEP-0116). Write without, or use OTR.',
  noTime: (name: string): string => `${name} does not tell what time it is there.`,
  gatewayCard: 'Leads to channels and sessions of SILC.',
};
