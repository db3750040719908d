import type { userCommands as english } from '../en/user-commands.js';

export const userCommands: typeof english = {
  connectTitle: 'Mit einem SILC-Netz verbinden',
  connectDetails:
    'Sie sind verbunden, ohne in einem Raum zu sein: SILC-Benutzer sehen Sie und können Ihnen schreiben. Es dauert, bis Sie sich trennen oder einen Tag lang nicht gesehen wurden.',
  connected: (network, nickname) => `Sie sind als ${nickname} auf ${network}.`,
  disconnectTitle: 'Von einem SILC-Netz trennen',
  disconnectDetails: 'Sie verlassen alle Räume des Netzes und bleiben in keinem ohne Client.',
  disconnectForm: (network) => `Von ${network} trennen`,
  disconnectHint: 'Sie verlassen alle Räume dieses Netzes.',
  disconnectSure: 'Trennen',
  byYourself: 'Sie haben sich getrennt.',
  disconnected: (network) => `Sie sind nicht mehr mit ${network} verbunden.`,
  notConnected: (network) => `Sie sind nicht mit ${network} verbunden.`,
  networksTitle: 'Die SILC-Netze dieses Gateways, und ob ich dort bin',
  isDefault: 'voreingestellt',
  state: 'Zustand',
  online: (nickname) => `verbunden als ${nickname}`,
  onTheWay: 'wird verbunden',
  offline: 'nicht verbunden',

  nickTitle: 'Meinen Spitznamen auf SILC ändern',
  nickDetails:
    'Er wechselt sofort in dem Netz, mit dem Sie verbunden sind, in allen Räumen, und gilt auch für spätere Verbindungen.',
  nickname: 'Spitzname',
  badNickname: (nickname) =>
    `SILC kann den Spitznamen „${nickname}“ nicht tragen: Es kennt keine Leerzeichen und wenige Zeichen.`,
  nickRemembered: (nickname) => `Sie werden ${nickname} heißen, wenn Sie sich verbinden.`,
  nickChanged: (nickname) => `Sie heißen jetzt ${nickname}.`,

  identityTitle: 'Mein SILC-Schlüssel: Fingerabdruck und Babbleprint',
  identityDetails:
    'Das Gateway hat für Sie ein Schlüsselpaar gemacht und bewahrt es verschlüsselt auf. Es ist Ihre Identität auf SILC: Andere kennen Sie daran, Gründerrechte und Beobachtungslisten hängen daran. „identity-export“ gibt es Ihnen, „identity-import“ nimmt ein anderes, „identity-new“ macht ein neues.',
  identityIs: (key, babble) => `Ihr Schlüssel: ${key}\nBabbleprint: ${babble}`,
  fingerprint: 'Fingerabdruck',
  babbleprint: 'Babbleprint',
  publicKey: 'Öffentlicher Schlüssel',
  privateKey: 'Privater Schlüssel',
  identityNewTitle: 'Mir einen neuen SILC-Schlüssel machen',
  identityNewDetails:
    'Ihre Sitzungen enden. Mit dem alten Schlüssel verlieren Sie, was daran hängt: Andere, die Sie daran kennen, werden gewarnt, Gründer- und Operatorrechte nach Schlüssel sind fort, Listen von Kanälen nennen einen Schlüssel, den niemand hat. Geben Sie den alten vorher aus.',
  identityLoss:
    'Ihre Sitzungen enden. Was am alten Schlüssel hängt, ist verloren: Andere, die Sie daran kennen, werden gewarnt, Rechte nach Schlüssel sind fort.',
  makeNew: 'Einen neuen Schlüssel machen',
  identityNew: (key, babble) => `Sie haben einen neuen Schlüssel: ${key} (${babble}).`,
  identityImportTitle: 'Einen eigenen SILC-Schlüssel verwenden',
  identityImportDetails:
    'Nimmt die beiden Schlüsseldateien eines SILC-Clients (private_key.prv in base64, public_key.pub) anstelle des Schlüssels, den das Gateway hat. Ihre Sitzungen enden; was am alten Schlüssel hängt, ist verloren. Wer das Gateway betreibt, könnte den Schlüssel lesen.',
  identityImport: 'Einen eigenen Schlüssel verwenden',
  passphrase: 'Passphrase',
  passphraseHint: 'Passphrase des privaten Schlüssels (leer, wo er keine hat)',
  badKeyFile: (why) => `Diese Schlüsseldateien sind nicht zu gebrauchen: ${why}.`,
  keyTooLarge: (min, max) => `Zu gebrauchen sind Schlüssel von ${min} bis ${max} Bit.`,
  identityExportTitle: 'Meinen SILC-Schlüssel verschlüsselt ausgeben',
  identityExportDetails:
    'Gibt das Schlüsselpaar in den Dateien von SILC-Clients aus. Der private Schlüssel wird mit einer Passphrase verschlüsselt, die Sie jetzt wählen und die mindestens acht Zeichen hat. Wer Datei und Passphrase hat, ist auf SILC Sie.',
  identityExport: 'Meinen Schlüssel ausgeben',
  newPassphrase: 'Neue Passphrase für die Datei',
  shortPassphrase: 'Die Passphrase muss mindestens acht Zeichen haben.',
  exported:
    'Dies ist Ihr Schlüssel. Der private Schlüssel ist mit der Passphrase verschlüsselt, die Sie gewählt haben.',

  keysTitle: 'Schlüssel neben denen der SILC-Server: mit Kontakten und von Kanälen',
  keysDetails:
    'Schlüssel, die SILC-Server nicht kennen. Die mit Kontakten stehen nur im Speicher: Sie enden mit der Verbindung zu SILC und sind dann neu zu setzen. Die von Kanälen werden verschlüsselt aufbewahrt.',
  noKeys: 'Es gibt keine solchen Schlüssel. Was Sie schreiben, kennen die SILC-Server.',
  contactKey: (who, kind, cipher) => `Mit ${who}: ${kind}, ${cipher}`,
  channelKey: (room, name, cipher, used) => `In ${room}: „${name}“, ${cipher}${used}`,
  isUsed: ', gilt für das, was Sie schreiben',
  'static-key': 'ein Schlüssel aus einer Passphrase',
  'negotiated-key': 'ein vereinbarter Schlüssel',
  keySetTitle: 'Mit einem SILC-Benutzer einen Schlüssel aus einer Passphrase setzen',
  keySetDetails:
    'Beide müssen dieselbe Passphrase setzen. Von da an sind private Nachrichten zwischen beiden damit verschlüsselt, und SILC-Server können sie nicht lesen. Der Schlüssel endet mit der Verbindung zu SILC: Dann wird diesem Benutzer nichts gesendet, bis Sie ihn neu setzen oder fallen lassen.',
  keySetForm: 'Ein Schlüssel mit einem SILC-Benutzer',
  keySet: (address) =>
    `Private Nachrichten mit ${address} sind jetzt mit diesem Schlüssel verschlüsselt. Wer nicht denselben gesetzt hat, kann sie nicht lesen.`,
  keyClearTitle: 'Die Schlüssel mit einem SILC-Benutzer fallen lassen',
  keyCleared: (address) =>
    `Mit ${address} gibt es keinen eigenen Schlüssel mehr: SILC-Server können die Nachrichten lesen.`,
  noKeyWith: (address) => `Mit ${address} gibt es keinen eigenen Schlüssel.`,
  channelKeySetTitle: 'Einen privaten Schlüssel eines Kanals setzen',
  channelKeySetDetails:
    'Alle, die den Kanal lesen sollen, müssen denselben setzen. Gesendet wird damit, solange der Kanal den Modus privater Schlüssel (+k) hat, den sein Gründer in der Konfiguration des Raums setzt. Das Gateway bewahrt ihn verschlüsselt auf und setzt ihn wieder, wann immer Sie zurückkommen, bis Sie ihn fallen lassen. Zeilen, die andere hiesige Benutzer nicht lesen können, werden ihnen nicht gezeigt.',
  channelKeySetForm: 'Ein privater Schlüssel eines Kanals',
  keyName: 'Name des Schlüssels',
  channelKeySet: (name, room) => `Der Schlüssel „${name}“ von ${room} ist gesetzt.`,
  tooManyChannelKeys: (most) => `Schlüssel von höchstens ${most} Kanälen werden aufbewahrt.`,
  channelKeyClearTitle: 'Einen privaten Schlüssel eines Kanals fallen lassen',
  channelKeyCleared: (name, room) => `Der Schlüssel „${name}“ von ${room} ist fallen gelassen.`,
  noChannelKey: (name, room) => `Einen Schlüssel „${name}“ von ${room} gibt es nicht.`,
  notThere: (room) => `Sie sind nicht in ${room}.`,

  awayTitle: 'Auf SILC abwesend sein, oder wieder da',
  awayDetails:
    'Mit einem Text sind Sie abwesend: SILC zeigt es, und wer Ihnen schreibt, bekommt den Text zur Antwort. Ohne Text sind Sie wieder da. Ihre Präsenz in Räumen ändert sich nicht.',
  awayForm: 'Abwesend sein',
  awayText: 'Antwort an alle, die mir schreiben (leer: ich bin wieder da)',
  isAway: 'Sie sind auf SILC abwesend.',
  isBack: 'Sie sind auf SILC wieder da.',

  settingsTitle: 'Meine Einstellungen',
  settingsDetails:
    'In Worten: „settings“ zeigt alle, „settings NAME“ erklärt eine, „settings NAME WERT“ setzt sie, „settings NAME WERT RAUM“ für einen Raum, „settings NAME default“ nimmt sie zurück.',
  settingsForm: 'Die eigenen Einstellungen',
  roomSettingsForm: (room) => `Meine Einstellungen für ${room}`,
  settingsSaved: 'Ihre Einstellungen sind gespeichert.',
  bookmarksNotGranted: 'Ihr Jabber-Server lässt mich nicht an Ihre Lesezeichen, es wird also nichts daraus.',
  settingIs: (name, value, label) => `${name} = ${value} – ${label}`,
  unset: '(leer)',
  yes: 'ja',
  no: 'nein',
  noSetting: (name) => `Eine Einstellung „${name}“ gibt es hier nicht.`,
  badValue: (name) => `Die Einstellung „${name}“ nimmt diesen Wert nicht an.`,
  settingSaved: (name, value) => `${name} ist jetzt ${value}.`,
};
