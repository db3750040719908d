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

  contactsTitle: 'Meine SILC-Kontakte: auflisten oder hinzufügen',
  contactsDetails:
    'Listet die SILC-Benutzer auf, die Ihre Kontakte sind, oder bringt andere in Ihre Liste: sie wird geschrieben, wo Ihr Server mich lässt, sonst werden sie Ihrem Client angeboten, sonst bittet jeder um Ihre Anwesenheit, und Sie fügen hinzu, wen Sie wollen.',
  listForm: 'SILC-Kontakte',
  listOption: 'Meine Kontakte auflisten',
  addOption: 'Kontakte hinzufügen',
  listEmpty: 'Sie haben keine SILC-Kontakte.',
  stateLabel: 'Zustand',
  stateOnline: 'angemeldet',
  stateOffline: 'abgemeldet',
  stateIgnored: 'ignoriert',
  addForm: 'SILC-Kontakte hinzufügen',
  addHint:
    'Eine Adresse oder ein Spitzname je Zeile. Hier stehen die, denen Sie geschrieben oder deren Schlüssel Sie geprüft haben; nehmen Sie heraus, wen Sie nicht wollen.',
  peopleLabel: 'Wer hinzugefügt wird',
  tooManyAtOnce: (most) => `Bitte nicht mehr als ${most} auf einmal.`,
  isThere: (address) => `${address} ist schon in Ihrer Liste.`,
  isAdded: (address) => `${address} ist jetzt in Ihrer Liste.`,
  isOffered: (address) => `${address} wurde Ihrem Client angeboten.`,
  isAsked: (address) =>
    `${address} bittet um Ihre Anwesenheit: stimmen Sie zu und fügen Sie den Kontakt hinzu.`,

  page: 'Ruf mich',
  noPrivateMessages: 'Nimmt keine privaten Nachrichten an',
  killed: 'Wurde von einem Operator aus dem Netz genommen',
  serverGone: 'Der Server hat das Netz verlassen',
  otherNickname: 'Hat jetzt einen anderen Spitznamen',
};
