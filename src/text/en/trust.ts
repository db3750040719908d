/** Keys of contacts. */
export const trust = {
  otherKey: (address: string, now: string): string => `${address} has another key than before: ${now}.`,
  noKeyNow: (address: string): string => `The SILC server does not tell the key of ${address} now.`,
  knownKey: (known: string): string => `The key that is known is ${known}.`,
  verifiedKey: (known: string): string => `The key that is known, and that you have verified, is ${known}.`,
  maybeImpostor: 'It may be somebody else who has taken the name.',
  untilAccepted: (gateway: string, words: string): string =>
    `Nothing is sent to this key until you accept it: ask the contact for the fingerprint in another way, then write to ${gateway}: ${words}`,
  untilKnown: 'Nothing is sent until the key is known.',
  notSent: (why: string): string => `The message was not sent. ${why}`,
  warning: (what: string): string => `[Warning of the gateway] ${what}`,
  notVerified: (address: string, gateway: string): string =>
    `The message was not sent: you write to verified contacts only, and have not verified ${address}. The command “verify” of ${gateway} does it, “settings” ends it.`,
  wantedKeyGone: (address: string, gateway: string): string =>
    `The message was not sent: the key that you have set with ${address} is no longer there, it ends with the connection. Set it again, both of you, by the command “key-set” of ${gateway}, or drop it by “key-clear”.`,
  tooManyWanted: (most: number): string =>
    `You have set keys with ${most} users already. Drop some of them first.`,
  tooMany: (max: string): string =>
    `You know the keys of ${max} contacts already. Forget some of them first.`,
  noneKnown: (address: string): string =>
    `No key of ${address} is known yet: write to it, or hear from it, first.`,
  notMet: (address: string): string => `${address} was not met with another key.`,
  verifiedLine: 'Key: verified by you',
  key: 'Key',

  // trust
  trustTitle: 'Accept the new key of a SILC user',
  trustDetails:
    'The key of each SILC user whom you write to, or who writes to you, is remembered. When somebody with another key has the name, you are told, and nothing is sent to it until you accept that very key. Ask the person for the fingerprint in another way first.',
  trustForm: 'Accepting a key',
  keyOf: (address: string): string => `The key of ${address}`,
  keepsOld: 'Nothing is sent to the new key while the old one is kept.',
  accept: (key: string, babble: string): string => `Accept ${key} (${babble})`,
  keep: (key: string): string => `Keep ${key}`,
  accepted: (address: string, key: string): string => `${address} is known by the new key now: ${key}.`,
  kept: (address: string, key: string): string => `${address} is still known by ${key}.`,

  // verify
  verifyTitle: 'Verify the key of a SILC user by its fingerprint',
  verifyDetails:
    'Give the fingerprint (40 hexadecimal digits, blanks do not count) or the babbleprint that the person has told you by telephone or in another way. If it is that of the key, the key is verified: rooms show it by a hat, the card of the contact says so. If it is not, nothing is changed.',
  verifyForm: 'Verifying a key',
  verifyHint: 'What has the person told you in another way, by telephone for instance?',
  print: 'Fingerprint or babbleprint',
  noPrint: 'This is neither a fingerprint of 40 hexadecimal digits nor a babbleprint.',
  isOther: (address: string, key: string, babble: string): string =>
    `This is not the key of ${address}, which is ${key} (${babble}). Nothing was changed.`,
  isVerified: (address: string, key: string): string => `The key of ${address} is verified: ${key}.`,

  // trusted-keys
  listTitle: 'List, export, import or forget the keys of SILC users',
  listDetails:
    'Exported keys are lines of an address, a fingerprint and how it is known (heard, written, verified); such lines are imported in place of what is known of these addresses.',
  listForm: 'Keys of SILC users',
  what: 'What',
  list: 'List them',
  export: 'Export them',
  import: 'Import some',
  forget: 'Forget one',
  empty: 'No keys of SILC users are known yet.',
  address: 'Address',
  fingerprint: 'Fingerprint',
  standing: 'How it is known',
  heard: 'met',
  written: 'in use',
  verified: 'verified by you',
  keys: 'Keys',
  badLine: (line: string, standings: string): string =>
    `Line ${line} is not an address, a fingerprint and one of ${standings}.`,
  tooManyLines: (max: string): string => `More than ${max} keys are not kept.`,
  imported: (count: string): string =>
    `${count} keys were taken over, in place of those that were known of these addresses.`,
  importForm: 'Importing keys',
  importLines: 'Lines as they are exported',
  forgetForm: 'Forgetting a key',
  forgotten: (address: string): string =>
    `The key of ${address} is forgotten; the next one is taken as it comes.`,
};
