/** Of what SILC users tell of themselves by attributes, and Jabber users of theirs. */
export const profiles = {
  // Of a card
  signed: 'Signed with this key.',
  signedUnknown: 'Signed, but it is not known whose key that is.',
  unsigned: 'Not signed: anybody may have written these details.',
  badSignature: 'The details of this user have a wrong signature and are not shown.',
  otherKey: 'The details of this user are signed with another key than the one you trust.',
  status: (status: string): string => `Status: ${status}`,
  mood: (moods: string): string => `Mood: ${moods}`,
  languages: (languages: string): string => `Language: ${languages}`,
  reachedBy: (ways: string): string => `Best reached by: ${ways}`,
  device: (device: string): string => `Device: ${device}`,
  service: (service: string, isOnline: boolean): string =>
    `Uses: ${service} (${isOnline ? 'online' : 'offline'})`,

  // Moods
  happy: 'happy',
  sad: 'sad',
  angry: 'angry',
  jealous: 'jealous',
  ashamed: 'ashamed',
  invincible: 'invincible',
  in_love: 'in love',
  sleepy: 'sleepy',
  bored: 'bored',
  excited: 'excited',
  anxious: 'anxious',

  // Ways of contact
  email: 'e-mail',
  call: 'telephone',
  page: 'pager',
  sms: 'SMS',
  mms: 'MMS',
  chat: 'chat',
  video: 'video call',

  // Devices
  computer: 'computer',
  phone: 'mobile phone',
  pda: 'handheld',
  terminal: 'terminal',

  // Nodes of a contact
  noSuchItem: 'SILC users have no such node.',
  notTold: 'This user does not tell that.',
  // To users, of their own
  pictureTooLarge: (octets: number, most: number): string =>
    `Your picture has ${octets} octets, and SILC carries up to ${most} with the rest of your profile: it is not shown there. A smaller one is.`,
};
