import type { errors as english } from '../en/errors.js';

const seconds = (count: number): string => `${count} ${count === 1 ? 'Sekunde' : 'Sekunden'}`;

export const errors: typeof english = {
  internal: 'Dem Gateway ist das misslungen.',
  shuttingDown: 'Das Gateway wird gerade beendet.',
  notAllowedHere: 'Sie dürfen dieses Gateway nicht benutzen.',
  notInRoom: 'Sie sind nicht in diesem Raum.',
  iqShape: 'Ein iq ist ein get oder ein set mit einem Kindelement.',
  storeTrouble: 'Das Gateway kann im Augenblick nichts speichern. Versuchen Sie es etwas später noch einmal.',
  tooManyRequests: 'Zu viele Anfragen warten auf ihre Antwort.',
  tooManyMessagesWaiting: 'Zu viele Nachrichten warten darauf, gesendet zu werden.',
  unknownNetwork: 'Dieses Netz gibt es hier nicht.',

  tryAgainIn: (refusal, count) => `${refusal} Versuchen Sie es in ${seconds(count)} noch einmal.`,
  joinsTooOften: 'Sie betreten und verlassen Räume zu oft.',
  renamesTooOften: 'Sie ändern Ihren Nicknamen zu oft.',
  comesTooOften: 'Sie kommen und gehen zu oft.',
  tooManyUsers: 'Das Gateway hat im Augenblick keinen Platz für weitere Benutzer.',
  tooManyClients: 'Zu viele Ihrer Clients sind in diesem Raum.',
  tooManyRooms: 'Sie sind in zu vielen Räumen dieses Gateways.',

  about: (text, subject) => `${text}: ${subject}`,
  silcStatus: (status) => `SILC: ${status}`,
  wrongPassphrase: 'Der Kanal verlangt eine Passphrase, und diese ist es nicht',
  notInvited: 'Den Kanal dürfen nur Eingeladene betreten',
  bannedFromChannel: 'Sie sind von diesem Kanal verbannt',
  bannedFromServer: 'Der SILC-Server hat dieses Gateway verbannt',
  channelIsFull: 'Der Kanal ist voll',
  badNickname: 'Diesen Nicknamen kann SILC nicht übertragen',
  badChannel: 'Diesen Kanalnamen kann SILC nicht übertragen',
  resourceLimit:
    'Der SILC-Server gewährt nicht mehr (etwa Kanäle für einen Benutzer oder Verbindungen für dieses Gateway)',
  operatorsOnly: 'Das darf nur ein Operator des Kanals',
  founderOnly: 'Das darf nur der Gründer des Kanals, und den Gründer kann niemand ändern',
  noSuchNick: 'Niemand mit diesem Namen ist im SILC-Netz',
  userIsGone: 'Dieser Benutzer ist nicht mehr im SILC-Netz',
  keyNotListed: 'Der Kanal lässt nur Inhaber eines Schlüssels auf seiner Liste ein',
  channelAuthFailed: 'Der Kanal hat den Nachweis nicht angenommen',
  serverKeyChanged: 'Der Schlüssel des SILC-Servers ist nicht der bekannte: Die Verbindung wurde verweigert',
  networkRefusesGateway: 'Das SILC-Netz lässt dieses Gateway nicht ein',
  silcTimeout: 'Das SILC-Netz hat nicht rechtzeitig geantwortet',
  keyExchangeFailed: 'Der Schlüsselaustausch mit dem SILC-Server ist gescheitert',
  connectionLost: 'Die Verbindung zum SILC-Netz ist abgerissen',
  untrustworthy: 'Der SILC-Server hat etwas gesendet, dem nicht zu trauen ist',
  tooMuchWaiting: 'Zu viel wartet darauf, ins SILC-Netz gesendet zu werden',
  tooLong: 'Das ist länger, als SILC übertragen kann',
  badCharacters: 'Das enthält Zeichen, die SILC nicht erlaubt',
  impossibleHere: 'Das kann SILC hier nicht',
  notOffered: 'Das bietet das SILC-Netz nicht',
  refused: 'Das SILC-Netz hat es abgelehnt',
  killed: 'Sie wurden aus dem SILC-Netz entfernt',
  sessionEnded: 'Die SILC-Sitzung ist beendet.',
  linkLost: 'Die SILC-Verbindung ist abgerissen.',
  noSuchNode: 'Diesen Knoten gibt es nicht.',

  tooManyOfServer:
    'Zu viele neue Benutzer Ihres Servers kamen in letzter Zeit zu diesem Gateway. Versuchen Sie es später noch einmal.',
  tooManyNewcomers: 'Im Augenblick kommen zu viele neue Benutzer. Versuchen Sie es später noch einmal.',
  otherServerKey: (server, now, known) =>
    `Der Schlüssel des SILC-Servers ${server} hat sich geändert: ${now} statt ${known}. Vielleicht hört jemand mit. Der Betreiber dieses Gateways muss den neuen Schlüssel annehmen.`,
  nicknameNotTaken: (nickname) => `Der SILC-Server nimmt den Nicknamen ${nickname} nicht an.`,
};
