import type { trust as english } from '../en/trust.js';

export const trust: typeof english = {
  otherKey: (address, now) => `${address} hat einen anderen Schlüssel als bisher: ${now}.`,
  noKeyNow: (address) => `Der SILC-Server nennt den Schlüssel von ${address} gerade nicht.`,
  knownKey: (known) => `Bekannt ist der Schlüssel ${known}.`,
  verifiedKey: (known) => `Bekannt und von Ihnen geprüft ist der Schlüssel ${known}.`,
  maybeImpostor: 'Vielleicht hat jemand anders den Namen übernommen.',
  untilAccepted: (gateway, words) =>
    `An diesen Schlüssel geht nichts, bis Sie ihn annehmen: Fragen Sie die Person auf anderem Weg nach dem Fingerabdruck, dann schreiben Sie an ${gateway}: ${words}`,
  untilKnown: 'Es geht nichts ab, bis der Schlüssel bekannt ist.',
  notSent: (why) => `Die Nachricht wurde nicht gesendet. ${why}`,
  warning: (what) => `[Warnung des Gateways] ${what}`,
  notVerified: (address, gateway) =>
    `Die Nachricht wurde nicht gesendet: Sie schreiben nur geprüften Kontakten, und ${address} haben Sie nicht geprüft. Das tut der Befehl „verify“ von ${gateway}; „settings“ hebt es auf.`,
  wantedKeyGone: (address, gateway) =>
    `Die Nachricht wurde nicht gesendet: Der Schlüssel, den Sie mit ${address} gesetzt haben, ist nicht mehr da, er endet mit der Verbindung. Setzen Sie ihn beide neu mit dem Befehl „key-set“ von ${gateway}, oder lassen Sie ihn mit „key-clear“ fallen.`,
  tooManyWanted: (most) =>
    `Sie haben schon mit ${most} Benutzern Schlüssel gesetzt. Lassen Sie zuerst einige davon fallen.`,
  tooMany: (max) => `Sie kennen schon die Schlüssel von ${max} Kontakten. Vergessen Sie erst einige davon.`,
  noneKnown: (address) =>
    `Von ${address} ist noch kein Schlüssel bekannt: Schreiben Sie erst, oder hören Sie erst von dort.`,
  notMet: (address) => `${address} hatte noch keinen anderen Schlüssel.`,
  verifiedLine: 'Schlüssel: von Ihnen geprüft',
  key: 'Schlüssel',

  trustTitle: 'Den neuen Schlüssel eines SILC-Benutzers annehmen',
  trustDetails:
    'Den Schlüssel jedes SILC-Benutzers, dem Sie schreiben oder der Ihnen schreibt, merkt sich das Gateway. Hat jemand mit einem anderen Schlüssel den Namen, so erfahren Sie es, und es geht nichts dorthin, bis Sie genau diesen Schlüssel annehmen. Fragen Sie die Person vorher auf anderem Weg nach dem Fingerabdruck.',
  trustForm: 'Einen Schlüssel annehmen',
  keyOf: (address) => `Der Schlüssel von ${address}`,
  keepsOld: 'An den neuen Schlüssel geht nichts, solange der alte gilt.',
  accept: (key, babble) => `${key} annehmen (${babble})`,
  keep: (key) => `${key} behalten`,
  accepted: (address, key) => `${address} ist jetzt am neuen Schlüssel kenntlich: ${key}.`,
  kept: (address, key) => `${address} ist weiterhin an ${key} kenntlich.`,

  verifyTitle: 'Den Schlüssel eines SILC-Benutzers am Fingerabdruck prüfen',
  verifyDetails:
    'Geben Sie den Fingerabdruck (40 Hexadezimalziffern, Leerzeichen zählen nicht) oder den Babbleprint an, den die Person Ihnen am Telefon oder auf anderem Weg genannt hat. Ist er der des Schlüssels, so gilt der Schlüssel als geprüft: Räume zeigen es mit einem Hut, die Karte des Kontakts sagt es. Ist er es nicht, so ändert sich nichts.',
  verifyForm: 'Einen Schlüssel prüfen',
  verifyHint: 'Was hat die Person Ihnen auf anderem Weg genannt, etwa am Telefon?',
  print: 'Fingerabdruck oder Babbleprint',
  noPrint: 'Das ist weder ein Fingerabdruck von 40 Hexadezimalziffern noch ein Babbleprint.',
  isOther: (address, key, babble) =>
    `Das ist nicht der Schlüssel von ${address}; der ist ${key} (${babble}). Es wurde nichts geändert.`,
  isVerified: (address, key) => `Der Schlüssel von ${address} ist geprüft: ${key}.`,

  listTitle: 'Die Schlüssel von SILC-Benutzern zeigen, ausgeben, einlesen oder vergessen',
  listDetails:
    'Ausgegebene Schlüssel sind Zeilen aus Adresse, Fingerabdruck und wie er bekannt ist (heard, written, verified); solche Zeilen werden eingelesen und ersetzen, was von diesen Adressen bekannt ist.',
  listForm: 'Schlüssel von SILC-Benutzern',
  what: 'Was',
  list: 'Alle zeigen',
  export: 'Alle ausgeben',
  import: 'Einige einlesen',
  forget: 'Einen vergessen',
  empty: 'Es sind noch keine Schlüssel von SILC-Benutzern bekannt.',
  address: 'Adresse',
  fingerprint: 'Fingerabdruck',
  standing: 'Wie er bekannt ist',
  heard: 'begegnet',
  written: 'in Gebrauch',
  verified: 'von Ihnen geprüft',
  keys: 'Schlüssel',
  badLine: (line, standings) =>
    `Zeile ${line} besteht nicht aus Adresse, Fingerabdruck und einem von ${standings}.`,
  tooManyLines: (max) => `Mehr als ${max} Schlüssel werden nicht aufbewahrt.`,
  imported: (count) =>
    `${count} Schlüssel wurden übernommen und ersetzen, was von diesen Adressen bekannt war.`,
  importForm: 'Schlüssel einlesen',
  importLines: 'Zeilen, wie sie ausgegeben werden',
  forgetForm: 'Einen Schlüssel vergessen',
  forgotten: (address) =>
    `Der Schlüssel von ${address} ist vergessen; der nächste wird genommen, wie er kommt.`,
};
