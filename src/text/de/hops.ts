import type { hops as english } from '../en/hops.js';

export const hops: typeof english = {
  title: 'Wo ich verbunden bin und was womit verschlüsselt ist',
  client: 'Von Ihrem Client zu Ihrem Jabber-Server: wie Ihr Client es Ihnen sagt.',
  gateway:
    'Im Gateway: im Klartext. Wer es betreibt, kann lesen, was Sie schreiben, wenn nicht Ihr Client es verschlüsselt.',
  servers:
    'Zwischen SILC-Servern und zu SILC-Benutzern: von SILC Strecke für Strecke verschlüsselt; Nachrichten auf Kanälen unter dem Schlüssel des Kanals, den die Server kennen.',
  notConnected: (network) => `Netz ${network}: nicht verbunden.`,
  underWay: (network, nickname) =>
    `Netz ${network}: unterwegs als ${nickname}; im Augenblick besteht keine Verbindung.`,
  connected: (network, nickname, how) =>
    `Netz ${network}: verbunden als ${nickname}. Vom Gateway zum SILC-Server: ${how}.`,
  algorithms: (ciphers, exchange) => `verschlüsselt mit ${ciphers}; Schlüssel durch ${exchange}`,
  key: (key) => `Ihr Schlüssel dort: ${key}.`,
  rooms: (rooms, others) => `Räume: ${rooms}${others === 0 ? '' : ` und ${others} weitere`}.`,
};
