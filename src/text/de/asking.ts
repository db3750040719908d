import type { asking as english } from '../en/asking.js';

export const asking: typeof english = {
  notConfirmed: 'Es wurde nichts geändert: Es war nicht bestätigt.',
  network: 'Netz',
  contact: 'Adresse oder Spitzname eines SILC-Benutzers',
  room: 'Adresse oder Name eines Raums',
  noUser: (typed) => `„${typed}“ ist kein SILC-Benutzer dieses Gateways.`,
  noRoom: (typed) => `„${typed}“ ist kein Raum dieses Gateways.`,
  formOnly:
    'Wonach dieser Befehl fragt, ist geheim und gehört in kein Gespräch. Nehmen Sie einen Client mit Formularen.',
};
