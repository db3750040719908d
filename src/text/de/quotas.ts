import type { quotas as english } from '../en/quotas.js';

export const quotas: typeof english = {
  user: (kind) => `Das ist zu viel von Ihnen: ${kind}.`,
  domain: (kind) => `Das ist zu viel von den Benutzern Ihres Servers: ${kind}.`,
  all: (kind) => `Das ist im Moment zu viel für das Gateway: ${kind}.`,
  joins: 'betretene Räume',
  messages: 'Nachrichten',
  octets: 'Text in Nachrichten',
  invitations: 'Einladungen',
  registrations: 'Anmeldungen',
  lookups: 'Fragen nach Leuten',
  uploads: 'Dateien',
  'rooms-full-domain': 'Die Benutzer Ihres Servers sind in zu vielen Räumen dieses Gateways.',
  'rooms-full-all': 'Das Gateway hat gerade keinen Platz für weitere Benutzer in Räumen.',
  'key-pairs-full-domain': 'Dieses Gateway nimmt keine weiteren neuen Benutzer dieses Servers auf.',
  'key-pairs-full-all': 'Dieses Gateway nimmt keine weiteren neuen Benutzer auf.',
  noNetworkForYou: (network) => `Das Netz ${network} steht Ihnen nicht offen.`,
  networkFull: (network) =>
    `Das Gateway hat auf dem Netz ${network} gerade keinen Platz für weitere Benutzer.`,
};
