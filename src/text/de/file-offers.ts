import type { fileOffers as english } from '../en/file-offers.js';

export const fileOffers: typeof english = {
  title: 'Einem SILC-Benutzer eine Datei schicken',
  details:
    'Nimmt die Adresse (https) einer Datei, wie sie Ihr Client beim Hochladen bekommt. Der SILC-Benutzer bekommt die Adresse, und die Datei wird ihm angeboten, wie es SILC-Clients untereinander tun; die Unterhaltung sagt, wie es weitergeht. Die Einstellung „files“ tut dasselbe mit jeder Datei, die Sie einem SILC-Benutzer schicken.',
  url: 'Adresse der Datei (https)',
  sent: (file, jid) => `${file} ist ${jid} angeboten; der Link ist auch dort.`,
  badLink: 'Das ist keine Adresse, die mit https:// beginnt.',
  isLocal: (jid) =>
    `${jid} ist ein Benutzer dieses Gateways: Schicken Sie die Datei aus Ihrem Client, sie kommt an, wie sie ist.`,

  offered: (file) => `${file} ist angeboten: Der Empfänger hat fünf Minuten, sie zu nehmen`,
  taken: (file) => `${file} ist unterwegs zum Empfänger`,
  arrived: (file) => `${file} ist angekommen`,
  notArrived: (file, reason) => `${file} ist nicht als Datei angekommen, der Link wurde geschickt: ${reason}`,

  off: 'Dateien werden SILC-Benutzern hier nicht angeboten',
  tooMany: 'im Augenblick sind zu viele Dateien angeboten',
  tooFast: 'Sie schicken zu viele Dateien',
  notFetched: 'sie lässt sich von ihrem Webserver nicht holen',
  noSession: 'Sie sind nicht mit SILC verbunden',
  aborted: 'sie wurde auf dieser Seite beendet',
  receiverAborted: 'der Empfänger hat sie beendet',
  notTaken: 'niemand hat sie genommen',
  receiverGone: 'der Empfänger ist fort',
  notConnected: 'der Empfänger ist nicht zu erreichen',
  addressRefused: 'die Adresse des Empfängers ist hier nicht erlaubt',
  noListener: 'das Gateway hat keinen Port, mit dem sich der Empfänger verbinden könnte',
  receiverKey: 'der Empfänger hat einen anderen Schlüssel gezeigt als den des Benutzers',
  keyExchange: 'der Schlüsselaustausch mit dem Empfänger ist misslungen',
  protocol: 'der Empfänger hält sich nicht an das Protokoll',
  timeout: 'sie hat zu lange gebraucht',
  notGiven: 'ihr Webserver hat sie nicht ganz hergegeben',
};
