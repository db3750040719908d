import type { rooms as english } from '../en/rooms.js';

export const rooms: typeof english = {
  avatarOwnersOnly: 'Nur Besitzer dürfen Avatare setzen.',

  unknownKey: '[verschlüsselt mit einem Schlüssel, der hier nicht bekannt ist]',
  unreadable: (reason) => `Nachrichten auf diesem Kanal lassen sich nicht zeigen: ${reason}.`,
  noKey: 'Der SILC-Server hat keinen Schlüssel für diesen Kanal gegeben',
  cipherNotKnown: 'Seine Chiffre ist hier nicht bekannt',
  privateKeyNotKnown:
    'Sie sind mit einem privaten Schlüssel des Kanals verschlüsselt, der hier nicht bekannt ist',
  wrongKey: 'Sie haben einen anderen Schlüssel oder wurden unterwegs verändert',
  noMessage: 'Was sie enthalten, ist keine Nachricht',
  unseenEncrypted:
    'SILC kann keine Nachrichten übertragen, die XMPP von Ende zu Ende verschlüsselt. Die Benutzer dieses Gateways im Raum bekommen sie; SILC-Benutzer nicht, und nichts davon ging an SILC.',
  unseen:
    'Für solche Nachrichten hat SILC keine Form. Die Benutzer dieses Gateways im Raum bekommen sie; SILC-Benutzer nicht.',
  silcChannel: (name) => `SILC-Kanal ${name}`,
};
