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
};
