/** What rooms say, and why they refuse. */
export const rooms = {
  avatarOwnersOnly: 'Only owners are allowed to set avatars.',

  // Messages that cannot be read or carried
  unknownKey: '[encrypted with a key that is not known here]',
  unreadable: (reason: string): string => `Messages on this channel cannot be shown: ${reason}.`,
  noKey: 'the SILC server has given no key for this channel',
  cipherNotKnown: 'its cipher is not known here',
  privateKeyNotKnown: 'they are encrypted with a private key of the channel, which is not known here',
  wrongKey: 'they are under another key, or were changed on their way',
  noMessage: 'what they hold is no message',
  unseenEncrypted:
    'SILC cannot carry messages that are encrypted end to end by XMPP. The users of this gateway in the room get them; SILC users do not, and nothing of them was sent to SILC.',
  unseen:
    'SILC has no form for this kind of message. The users of this gateway in the room get it; SILC users do not.',
  silcChannel: (name: string): string => `SILC channel ${name}`,
};
