import type { people as english } from '../en/people.js';

export const people: typeof english = {
  founder: 'Gründer',
  operator: 'Operator',
  serverOperator: 'Server-Operator',
  robot: 'Bot',
  keyVerified: 'Schlüssel von Ihnen geprüft',
  detached: 'Abgekoppelt',

  unseenEncrypted:
    'SILC kann keine Nachrichten übertragen, die XMPP von Ende zu Ende verschlüsselt. Es wurde nichts gesendet. Schalten Sie diese Verschlüsselung für diesen Kontakt aus, oder nehmen Sie OTR.',
  unseen: 'Für solche Nachrichten hat SILC keine Form. Es wurde nichts gesendet.',

  cardUser: (user) => `Benutzer: ${user}`,
  cardServer: (server) => `Server: ${server}`,
  cardFingerprint: (fingerprint) => `Fingerabdruck des Schlüssels: ${fingerprint}`,
  cardBabbleprint: (babbleprint) => `Babbleprint: ${babbleprint}`,
  mentioned: (name, room, said) => `${name} hat Sie in ${room} erwähnt: ${said}`,
  keptNoMore: (most) =>
    `Während Sie weg waren, wurden ${most} Nachrichten für Sie aufgehoben. Das ist die Höchstzahl; spätere sind verloren.`,
};
