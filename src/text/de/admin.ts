import type { admin as english } from '../en/admin.js';

export const admin: typeof english = {
  user: 'Benutzer',
  users: 'Benutzer',
  number: 'Anzahl',
  registeredNum: 'Anzahl der Benutzer, die hier einen SILC-Schlüssel haben',
  onlineNum: 'Anzahl der Benutzer, die auf SILC sind',
  registeredList: 'Benutzer, die hier einen SILC-Schlüssel haben',
  onlineList: 'Benutzer, die auf SILC sind',
  are: (number) => `Benutzer: ${number}.`,
  maxItems: 'Höchstens',
  all: 'alle',

  endTitle: 'Die Sitzungen von Benutzern beenden',
  endDetails:
    'Ihre SILC-Sitzungen enden, und ihre Clients erfahren es. Sie können sofort wiederkommen; „edit-blacklist“ hält sie draußen.',
  endHint: 'Ihre Clients erfahren, dass ein Verwalter es getan hat.',
  ended: (number) => `Beendete Sitzungen: ${number}.`,
  byAdmin: 'Ein Verwalter dieses Gateways hat Ihre Sitzung beendet.',
  nobody: (user) => `${user} hat keine Sitzung.`,

  announceTitle: 'Allen Benutzern auf SILC etwas bekanntgeben',
  announcement: 'Bekanntmachung',
  announceFrom: (text) => `[Bekanntmachung] ${text}`,
  announced: (number) => `Es ging an ${number} Benutzer.`,

  blacklistTitle: 'Bearbeiten, wer das Gateway nicht benutzen darf',
  blacklistDetails:
    'Adressen ohne Ressource und Domains neben denen der Konfiguration, deren Liste bleibt, wie sie ist. Sitzungen derer, die jetzt genannt sind, enden. Die Liste überdauert einen Neustart.',
  blacklist: 'Adressen und Domains, eine je Zeile',
  blacklisted: (number) => `Adressen und Domains, die das Gateway nicht benutzen dürfen: ${number}.`,
  badAddress: (address) => `„${address}“ ist keine Adresse ohne Ressource und keine Domain.`,
  isAdmin: (address) => `${address} ist Verwalter.`,
  listTooLong: (max) => `Die Liste hat höchstens ${max} Einträge.`,

  sessionsTitle: 'Alle SILC-Sitzungen',
  nickname: 'Spitzname',
  state: 'Zustand',
  rooms: 'Räume',
  clients: 'Clients',
  connected: 'verbunden',
  onTheWay: 'ohne Verbindung',
  noSessions: 'Es gibt keine Sitzungen.',
  shownOf: (shown, all) => `${shown} von ${all} Sitzungen.`,

  networksTitle: 'Netze, ihre Server und deren Schlüssel',
  server: 'Server',
  knownKey: 'Bekannter Schlüssel',
  refusedKey: 'Abgelehnter Schlüssel',
  sessions: 'Sitzungen',
  configured: (key) => `${key} (konfiguriert)`,

  acceptTitle: 'Den geänderten Schlüssel eines SILC-Servers annehmen',
  acceptDetails:
    'Mit einem Server, der einen anderen Schlüssel hat als den bekannten, wird nicht verbunden. Fragen Sie seinen Betreiber nach dem Fingerabdruck, bevor Sie ihn annehmen. Ein Schlüssel, der in der Konfiguration steht, wird dort geändert.',
  acceptForm: 'Den Schlüssel eines Servers annehmen',
  acceptWhich: 'Server und sein Schlüssel',
  acceptNothing: 'Kein Server hatte einen anderen Schlüssel als den bekannten.',
  acceptConfigured: (server) =>
    `Der Schlüssel von ${server} steht in der Konfiguration: Ändern Sie ihn dort, und lassen Sie die Konfiguration neu lesen.`,
  accepted: (server, key) => `${server} ist jetzt an ${key} kenntlich.`,

  limitsTitle: 'Grenzen dieses Gateways',
  limitsDetails:
    'Änderungen gelten, bis das Gateway neu gestartet oder seine Konfiguration neu gelesen wird. Wer mehr hat als eine neue Grenze, behält es. In Worten: „limits“ nennt alle, „limits rooms_per_user 10“ ändert eine.',
  limitsForm: 'Grenzen',
  limitSessions: 'SILC-Sitzungen insgesamt',
  limitDomain: 'SILC-Sitzungen einer Domain (0: die Hälfte aller)',
  limitAllRooms: 'Plätze von Benutzern in Räumen, insgesamt',
  limitRoomsOfDomain: 'Plätze in Räumen der Benutzer einer Domain (0: die Hälfte aller)',
  limitKeyPairs: 'Schlüsselpaare von Benutzern insgesamt',
  limitKeyPairsOfDomain: 'Schlüsselpaare der Benutzer einer Domain (0: die Hälfte aller)',
  limitRooms: 'Räume eines Benutzers',
  limitResources: 'Clients eines Benutzers in einem Raum',
  limitNewcomers: 'Neue Benutzer einer Domain je Stunde',
  limitRate: (kind) => `Je Minute: ${kind}`,
  'rate-of-user': (rate) => `${rate}, eines Benutzers`,
  'rate-of-domain': (rate) => `${rate}, einer Domain`,
  'rate-of-all': (rate) => `${rate}, von allen`,
  limitsUsed: (sessions, rooms, keyPairs) =>
    `In Gebrauch: Sitzungen ${sessions}, Plätze in Räumen ${rooms}, Schlüsselpaare ${keyPairs}.`,
  noLimit: (name) => `Eine Grenze „${name}“ gibt es nicht; „limits“ nennt alle.`,
  badNumber: (label) => `„${label}“ ist eine ganze Zahl.`,
  limitsSet: (sessions, max) =>
    `Die Grenzen sind gesetzt; ${sessions} von ${max} Sitzungen sind in Gebrauch.`,

  logTitle: 'Einstellen, wie viel protokolliert wird',
  logLevel: 'Die unwichtigsten Zeilen, die gemeldet werden',
  logArea: 'Welcher Teil',
  logEverything: 'alles',
  logAreaSet: (area, level) =>
    `Die Stufe des Protokolls von ${area} ist jetzt ${level}, bis das Gateway neu gestartet wird.`,
  logSet: (level) => `Die Stufe des Protokolls ist jetzt ${level}, bis das Gateway neu gestartet wird.`,

  reloadTitle: 'Die Konfiguration neu lesen',
  reloadDetails:
    'Netze und ihre Server, Zugangslisten, Grenzen, Zeiten, Texte, Dateien und die Stufe des Protokolls wechseln sofort; was einen Neustart braucht, wird genannt. Benutzer eines Netzes, das nicht mehr in der Datei steht, erfahren das und verlassen es. Eine Datei mit Fehlern ändert nichts.',
  reloadSure: 'Neu lesen',
  reloaded: 'Die Konfiguration ist gelesen: Es hat sich nichts geändert, was sich jetzt ändern lässt.',
  reloadApplied: (keys) => `Die Konfiguration ist gelesen. Jetzt geändert: ${keys}.`,
  needsRestart: (keys) => `Einen Neustart brauchen: ${keys}.`,
  badFile: (why) => `Die Konfiguration hat Fehler; es wurde nichts geändert.\n${why}`,

  metricsTitle: 'Zahlen des Gateways',
  figure: 'Zahl',
  value: 'Wert',
};
