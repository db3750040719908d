import type { profiles as english } from '../en/profiles.js';

export const profiles: typeof english = {
  signed: 'Mit diesem Schlüssel unterschrieben.',
  signedUnknown: 'Unterschrieben, aber es ist nicht bekannt, wem der Schlüssel gehört.',
  unsigned: 'Nicht unterschrieben: Jeder könnte diese Angaben geschrieben haben.',
  badSignature: 'Die Angaben dieses Benutzers tragen eine falsche Unterschrift und werden nicht gezeigt.',
  otherKey:
    'Die Angaben dieses Benutzers sind mit einem anderen Schlüssel unterschrieben als dem, dem Sie vertrauen.',
  status: (status) => `Status: ${status}`,
  mood: (moods) => `Stimmung: ${moods}`,
  languages: (languages) => `Sprache: ${languages}`,
  reachedBy: (ways) => `Am besten erreichbar über: ${ways}`,
  device: (device) => `Gerät: ${device}`,
  service: (service, isOnline) => `Benutzt: ${service} (${isOnline ? 'online' : 'offline'})`,

  happy: 'glücklich',
  sad: 'traurig',
  angry: 'wütend',
  jealous: 'eifersüchtig',
  ashamed: 'beschämt',
  invincible: 'unbesiegbar',
  in_love: 'verliebt',
  sleepy: 'müde',
  bored: 'gelangweilt',
  excited: 'aufgeregt',
  anxious: 'besorgt',

  email: 'E-Mail',
  call: 'Telefon',
  page: 'Funkruf',
  sms: 'SMS',
  mms: 'MMS',
  chat: 'Chat',
  video: 'Videoanruf',

  computer: 'Computer',
  phone: 'Mobiltelefon',
  pda: 'Handgerät',
  terminal: 'Terminal',

  noSuchItem: 'SILC-Benutzer haben keinen solchen Knoten.',
  notTold: 'Das sagt dieser Benutzer nicht.',
  // To users, of their own
  pictureTooLarge: (octets: number, most: number): string =>
    `Ihr Bild hat ${octets} Oktette, und SILC trägt mit dem Rest Ihres Profils höchstens ${most}: Es wird dort nicht gezeigt. Ein kleineres schon.`,
};
