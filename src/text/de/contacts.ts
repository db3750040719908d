import type { contacts as english } from '../en/contacts.js';

export const contacts: typeof english = {
  tooMany: (most) =>
    `Sie haben ${most} Kontakte in diesem Netz, mehr geht nicht. Entfernen Sie zuerst einen.`,
  addressIs: (address) => `Die Adresse dieses Kontakts ist ${address}.`,
  refused: (address, why) => `${address} kann nicht Ihr Kontakt sein. ${why}`,

  page: 'Ruf mich',
  noPrivateMessages: 'Nimmt keine privaten Nachrichten an',
  killed: 'Wurde von einem Operator aus dem Netz genommen',
  serverGone: 'Der Server hat das Netz verlassen',
  otherNickname: 'Hat jetzt einen anderen Spitznamen',
};
