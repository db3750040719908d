import type { contacts as english } from '../en/contacts.js';

export const contacts: typeof english = {
  tooMany: (most) =>
    `Sie haben ${most} Kontakte in diesem Netz, mehr geht nicht. Entfernen Sie zuerst einen.`,
  addressIs: (address) => `Die Adresse dieses Kontakts ist ${address}.`,
  refused: (address, why) => `${address} kann nicht Ihr Kontakt sein. ${why}`,

  ignoreTitle: 'Einen SILC-Benutzer ignorieren',
  ignoreDetails:
    'Was der Benutzer schreibt und wohin er einlädt, erreicht Sie nicht, unter welchem Spitznamen auch immer, und er wird als abwesend gezeigt. In Räumen hören Sie alle.',
  ignored: (addresses) => (addresses === '' ? 'Sie ignorieren niemanden.' : `Sie ignorieren ${addresses}.`),
  ignoreLabel: 'Diesen Benutzer ignorieren',
  isIgnored: (address) => `Sie hören ${address} nicht mehr.`,
  isHeard: (address) => `Sie hören ${address}.`,
  blockedByYou: 'Sie ignorieren diesen Benutzer. Es wurde nichts gesendet.',

  page: 'Ruf mich',
  noPrivateMessages: 'Nimmt keine privaten Nachrichten an',
  killed: 'Wurde von einem Operator aus dem Netz genommen',
  serverGone: 'Der Server hat das Netz verlassen',
  otherNickname: 'Hat jetzt einen anderen Spitznamen',
};
