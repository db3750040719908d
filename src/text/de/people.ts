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
  nobodyCalled: (nickname) => `In diesem SILC-Netz gibt es niemanden mit dem Namen ${nickname}.`,
  gone: 'Der Benutzer ist nicht mehr im SILC-Netz.',
  inDoubt:
    'Ob diese Nachricht angekommen ist, ist nicht bekannt: Die Verbindung zum SILC-Server ist gerade dabei abgerissen.',
  ambiguous: (nickname, list) =>
    `Mehrere Benutzer heißen ${nickname}. Diese Adressen unterscheiden sie: ${list}`,
  isDetached:
    'Dieser Benutzer ist vom SILC-Netz abgekoppelt: SILC verwirft, was an abgekoppelte Benutzer geht. Die Nachricht wurde nicht zugestellt; senden Sie sie noch einmal, wenn der Benutzer wieder da ist.',
  tooManyQuestions: 'Zu viele Ihrer Fragen warten auf eine Antwort.',
  tooLong: (octets, most) =>
    `Die Nachricht hat ${octets} Oktette; SILC überträgt höchstens ${most}. Es wurde nichts gesendet.`,
  noNegotiation:
    'SILC-Benutzer haben keine ausgehandelten Sitzungen (XEP-0155, XEP-0116). Schreiben Sie ohne, oder nehmen Sie OTR.',
  noTime: (name) => `${name} sagt nicht, wie spät es dort ist.`,
  gatewayCard: 'Führt zu Kanälen und Benutzern von SILC.',
};
