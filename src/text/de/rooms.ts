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

  noOwnerLeft: 'Der Raum hätte keinen Besitzer mehr.',
  moderatorInstead:
    'Auf einem moderierten SILC-Kanal können nur Operatoren sprechen: Machen Sie den Benutzer stattdessen zum Moderator.',
  oneFounder:
    'SILC hat einen Gründer. Besitzer neben ihm sind Jabber-Konten, auf Kanälen, die ein solches gegründet hat.',
  nobodyKnown: 'Niemand mit diesem Namen ist bekannt.',
  userKeyNotKnown: 'Der Schlüssel dieses Benutzers ist nicht bekannt.',
  tooManyAffiliations: 'Der Raum hat zu viele Zugehörigkeiten.',
  noAccount: 'Das ist kein Konto.',
  nothingKnown: (name) => `Über ${name} ist nichts bekannt.`,
  noAddress: 'Das ist keine Adresse.',
  notOfNetwork: 'Das ist kein Benutzer desselben SILC-Netzes.',
  noSuchOccupant: 'Einen solchen Teilnehmer gibt es nicht.',
  neitherRoleNorAffiliation: 'Der Eintrag nennt weder Rolle noch Zugehörigkeit.',
  itemOfNobody: 'Ein Eintrag nennt niemanden.',
  badItem: 'Ein Eintrag ist nicht zu verstehen.',
  noRightsInRoom: 'Sie haben in diesem Raum nicht die nötigen Rechte.',
  notBelowYours: 'Die Zugehörigkeit dieses Benutzers ist nicht niedriger als Ihre.',
  notYourself: 'Sie können sich nicht selbst verbannen.',
  noRights: 'Sie haben auf diesem Kanal nicht die nötigen Rechte.',

  takenOff: 'Der SILC-Server hat Sie von diesem Kanal genommen.',
  removedFromNetwork: 'Aus dem SILC-Netz entfernt',
  serverGone: 'Der SILC-Server dieses Benutzers ist weg.',
  mayHaveLeft: 'Das Gateway war weg, und Sie sind inzwischen vielleicht gegangen. Treten Sie wieder ein.',
  linesMayBeLost:
    'Die Verbindung zu Ihrem Jabber-Server ist abgerissen, und was Sie zuletzt gesagt haben, ist vielleicht verloren. Treten Sie wieder ein.',
  wereAwayJoin: 'Sie waren weg, als das Gateway zurückkam. Treten Sie wieder ein.',
  notDelivered:
    'Was in diesem Raum geschehen ist, konnte Ihnen nicht zugestellt werden. Treten Sie wieder ein.',
  accountJoins: 'Ein Client tritt ein, kein Konto.',
  noChannelName: 'Das ist kein Name eines Kanals.',
  passphraseTooLong: 'Die Passphrase ist zu lang.',
  isGateway: 'Das ist die Adresse des Gateways, nicht die eines Raums.',
  giveNickname: (room) => `Geben Sie einen Spitznamen an: ${room}/Spitzname.`,
  isUser: 'Das ist die Adresse eines Benutzers, nicht die eines Raums.',
  roomAddress: (address) => `Die Adresse dieses Raums ist ${address}.`,
  nicknameNotCarried: (nickname) =>
    `Vom Spitznamen ${nickname} kann SILC nichts übertragen; es kennt keine Leerzeichen und nur wenige Sonderzeichen.`,
  notInRoomJoin: 'Sie sind nicht in diesem Raum. Treten Sie wieder ein.',
  joinToTalk: 'Das ist ein Raum: Treten Sie ein, um darin zu sprechen.',
  groupchatToRoom: 'Nachrichten vom Typ groupchat gehen an den Raum.',
  noClientInRoom: 'Dieser Benutzer hat im Augenblick keinen Client im Raum.',
  nicknameReserved: 'Diesen Spitznamen hat in diesem Raum jemand reserviert.',
  tooManyReserved: 'In diesem Raum sind zu viele Spitznamen reserviert.',
  lateSession: 'Eine Verbindung zum SILC-Netz kam nicht rechtzeitig zustande.',
  lateKeyPair:
    'Ihr SILC-Schlüsselpaar ist noch nicht fertig, wie wenn viele Neue auf einmal kommen. Treten Sie gleich noch einmal ein.',
  lateTurn: 'Das Eintreten ließ sich nicht rechtzeitig ins SILC-Netz senden.',
  lateAnswer: 'Das SILC-Netz hat nicht rechtzeitig geantwortet.',

  ownerCloses: 'Nur ein Besitzer kann einen Kanal schließen.',
  noVenue: 'Der Ausweichraum ist keine Adresse.',
  comesAgain: 'Jemand kommt immer wieder herein; den Kanal dürfen jetzt nur Eingeladene betreten.',
  oneMessage: 'Ein Moderator entfernt eine Nachricht, nach ihrer stanza-id.',
  moderatorsOnly: 'Nur Moderatoren entfernen Nachrichten anderer.',
  noSuchMessage: 'Diese Nachricht hat dieser Raum nicht.',

  declinesTooOften: 'Sie lehnen zu oft ab.',
  noInviter: 'Das ist keine Adresse von jemandem, der Sie eingeladen hat.',
  inviterGone: 'Wer Sie eingeladen hat, ist nicht da.',
  operatorInvites: 'In einen Kanal nur für Eingeladene lädt nur ein Operator ein.',
  alreadyIn: 'Dieser Benutzer ist schon im Raum.',
  isBanned: 'Dieser Benutzer ist aus dem Raum verbannt.',

  mayTalk: 'Sie dürfen schon sprechen.',
  noOperatorThere: 'Kein Operator des Kanals ist da.',
  askedAlready: (seconds) =>
    `Sie haben schon gefragt. Fragen Sie in ${seconds} ${seconds === 1 ? 'Sekunde' : 'Sekunden'} noch einmal.`,
  operatorsAnswer: 'Bitten um das Wort beantworten nur Operatoren des Kanals.',
  noLongerIn: 'Dieser Benutzer ist nicht mehr im Raum.',
  onlyVoiceGiven: 'Hier lässt sich nur um das Wort bitten und nur das Wort erteilen.',
  makeModerator:
    'Der Kanal ist moderiert: Auf SILC sprechen dort nur seine Operatoren. Machen Sie den Benutzer zum Moderator.',
  onlyVoice: 'Hier lässt sich nur um das Wort bitten.',
  lineInDoubt:
    'Die Benutzer dieses Gateways haben diese Nachricht. Ob SILC-Benutzer sie haben, ist nicht bekannt: Die Verbindung zum SILC-Server ist gerade dabei abgerissen.',
  privateKeyLost:
    'Dies wurde nicht gesendet: Es war für die, die den privaten Schlüssel dieses Kanals haben, und der benutzt jetzt keinen. Senden Sie es noch einmal, wenn alle dort es lesen dürfen.',
  noVoice: 'Sie haben auf diesem Kanal nicht das Wort.',
  lineNotOnSilc: (why) => `Die Benutzer dieses Gateways haben diese Nachricht, SILC-Benutzer nicht. ${why}`,
  occupantsOnly: 'Nur wer in einem Raum ist, darf nach anderen darin fragen.',
  notThere: (nickname) => `${nickname} ist nicht in diesem Raum.`,
  joinInstead: 'Das ist ein Raum: Treten Sie ein.',

  tooManyStays: 'Das haben Sie von zu vielen Räumen gesagt.',
  stayIn: (room) => `In ${room} bleiben`,
  stayHint:
    'Wer bleibt, ist auch ohne Client im Raum: Den Verlauf hat der Raum; Zeilen mit dem eigenen Spitznamen und private Nachrichten warten auf die nächste Anmeldung.',
  stayLabel: 'Bleiben, wenn mein letzter Client geht',
  bookmarkAsBefore:
    'Ihr Lesezeichen des Raums konnte nicht geändert werden und zählt, wenn Sie sich anmelden.',
  stays: 'Sie bleiben in diesem Raum.',
  leaves: 'Sie verlassen diesen Raum mit Ihrem letzten Client.',
  stayForm: 'In einem Raum bleiben',
  addressOfRoom: 'Adresse des Raums',
  notRoomHere: 'Das ist nicht die Adresse eines Raums hier.',
  stayTitle: 'Ohne Client in einem Raum bleiben',

  passphrase: 'eine Passphrase',
  invitedOnly: 'nur Eingeladene',
  keysOnly: 'nur Benutzer mit bestimmten Schlüsseln',
  userLimit: 'eine Höchstzahl von Benutzern',
  ownKeys: 'eigene Schlüssel der Mitglieder',
  private: 'privat',
  secret: 'geheim',
  moderated: 'moderiert',
  silencedOperators: 'stumme Operatoren',
  unprotected: (lost) =>
    `Der SILC-Server hat vergessen, wie dieser Kanal geschützt war (${lost}), und das Gateway konnte es nicht wiederherstellen: So weit ist der Kanal jetzt offen.`,
  wereAway: 'Sie waren weg, als das Gateway zurückkam.',
  destroyed: 'Dieser Raum wurde aufgelöst.',
  leftMeanwhile: 'Der Raum wurde inzwischen verlassen.',
  tooManySettings: 'Sie haben Einstellungen von zu vielen Räumen.',
};
