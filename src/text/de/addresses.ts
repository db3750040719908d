import type { addresses as english } from '../en/addresses.js';

export const addresses: typeof english = {
  noAddress: 'Das ist keine Adresse',
  notHere: 'Diese Adresse gehört nicht zu diesem Gateway',
  oneMark: 'Eine Adresse hat höchstens ein % oder ein !',
  namesNetwork: (example) => `Eine Adresse nennt hier ihr Netz: ${example}`,
  noNetwork: (network, others) => `Ein Netz ${network} gibt es hier nicht; es gibt ${others}`,

  typeWithNetwork: (networks) =>
    `Spitzname des SILC-Benutzers, oder # und der Name eines Kanals, wo nötig mit dem Netz hinter einem @ (${networks})`,
  typeNickname: 'Spitzname des SILC-Benutzers, oder # und der Name eines Kanals',
  silcNickname: 'SILC-Spitzname',
  nothingTyped: 'Geben Sie den Spitznamen eines SILC-Benutzers ein, oder # und den Namen eines Kanals',
  notUser: 'Das ist keine Adresse eines SILC-Benutzers',
  sayNetwork: (example) => `Sagen Sie, in welchem Netz: ${example}`,
  noSuchNickname: 'Solche Spitznamen hat SILC nicht',
};
