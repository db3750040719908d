import type { history as english } from '../en/history.js';

export const history: typeof english = {
  badPage: 'Die verlangte Seite ist nicht zu verstehen.',
  badTime: 'Eine Zeitangabe ist nicht zu verstehen.',
  tooManyIds: (most) => `Höchstens ${most} Nachrichten lassen sich auf einmal nach ihren Kennungen abfragen.`,

  gap: (since, until) =>
    `Die Verbindung zum SILC-Netz war von ${since} bis ${until} UTC unterbrochen. Was SILC-Benutzer in dieser Zeit auf diesem Kanal gesagt haben, fehlt hier.`,
  crash: (since, until) =>
    `Das Gateway ist ausgefallen und war von ${since} bis ${until} UTC weg. Was Sie hier in dieser Zeit gesagt haben, kann verloren sein.`,
  dropped: (count) =>
    `${count} private ${count === 1 ? 'Nachricht' : 'Nachrichten'} an Sie ${count === 1 ? 'kam schneller, als sie sich weitergeben ließ, und ist' : 'kamen schneller, als sie sich weitergeben ließen, und sind'} verloren.`,
  missedFrom: (count, sender) => `${count} von ${sender === '' ? 'anderen' : sender}`,
  missed: (count, senders) =>
    `${count} private ${count === 1 ? 'Nachricht' : 'Nachrichten'} an Sie ${count === 1 ? 'kann' : 'können'} hier fehlen: ${senders}. Bitten Sie noch einmal darum.`,
  lost: (since, until) =>
    `Die Verbindung zu Ihrem Jabber-Server war von ${since} bis ${until} UTC unterbrochen. Private Nachrichten, die Sie in dieser Zeit gesendet haben, können verloren sein.`,

  noField: (field) => `Ein Feld ${field} gibt es nicht.`,
  noMessage: 'Diese Nachricht hat das Archiv für Sie nicht.',
  notBeenIn: 'Sie waren nicht in diesem Raum.',

  forgotAll: 'Erledigt: Sie haben von keinem Raum mehr einen Verlauf.',
  forgot: (channel) => `Erledigt: Sie haben von ${channel} keinen Verlauf mehr.`,
  forgetHint: 'Das lässt sich nicht rückgängig machen. Andere, die da waren, behalten ihren.',
  forgetIt: 'Vergessen',
  allRooms: 'Alle Räume',
  forgetForm: 'Vergessen, was gesagt wurde, als ich da war',
  room: 'Raum',
  forgetAll: 'Den Verlauf aller Räume vergessen',
  forgetOf: (room) => `Den Verlauf von ${room} vergessen`,
  forgetTitle: 'Entfernen, was ich von Gesagtem in Räumen sehen kann',

  wipeTitle: 'Den Verlauf dieses Raums löschen, für alle',
  wipeOf: (room) => `Den Verlauf von ${room} löschen`,
  wipeHint:
    'Niemand, der dieses Gateway benutzt, wird wieder sehen, was gesagt wurde. Das lässt sich nicht rückgängig machen.',
  wipeIt: 'Löschen',
  wiped: (count) => `Erledigt: ${count} ${count === 1 ? 'Zeile wurde' : 'Zeilen wurden'} gelöscht.`,
};
