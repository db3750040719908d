/** Commands of users about their own sessions, keys and settings. */
export const userCommands = {
  // connect, disconnect, networks
  connectTitle: 'Connect to a SILC network',
  connectDetails:
    'You are connected without being in a room: SILC users see you and can write to you. It lasts until you disconnect, or have not been seen for a day.',
  connected: (network: string, nickname: string): string => `You are on ${network} as ${nickname}.`,
  disconnectTitle: 'Disconnect from a SILC network',
  disconnectDetails: 'You leave all rooms of the network, and stay in none of them without a client.',
  disconnectForm: (network: string): string => `Disconnecting from ${network}`,
  disconnectHint: 'You leave all rooms of this network.',
  disconnectSure: 'Disconnect',
  byYourself: 'You have disconnected.',
  disconnected: (network: string): string => `You are not connected to ${network} any more.`,
  notConnected: (network: string): string => `You are not connected to ${network}.`,
  networksTitle: 'The SILC networks of this gateway, and whether I am on them',
  isDefault: 'default',
  state: 'State',
  online: (nickname: string): string => `connected as ${nickname}`,
  onTheWay: 'being connected',
  offline: 'not connected',

  // nick
  nickTitle: 'Change my nickname on SILC',
  nickDetails:
    'It is changed at once on the network where you are connected, in all rooms, and remembered for later connections.',
  nickname: 'Nickname',
  badNickname: (nickname: string): string =>
    `SILC cannot carry the nickname “${nickname}”: it knows no blanks and few signs.`,
  nickRemembered: (nickname: string): string => `You are going to be ${nickname} when you connect.`,
  nickChanged: (nickname: string): string => `You are ${nickname} now.`,

  // identity
  identityTitle: 'My SILC key: fingerprint and babbleprint',
  identityDetails:
    'The gateway has made a key pair for you and keeps it encrypted. It is your identity on SILC: others know you by it, founder rights and watch lists hang on it. “identity-export” gives it to you, “identity-import” takes another one, “identity-new” makes a new one.',
  identityIs: (key: string, babble: string): string => `Your key: ${key}\nBabbleprint: ${babble}`,
  fingerprint: 'Fingerprint',
  babbleprint: 'Babbleprint',
  publicKey: 'Public key',
  privateKey: 'Private key',
  identityNewTitle: 'Make a new SILC key for me',
  identityNewDetails:
    'Your sessions end. With the old key you lose what hangs on it: others who know you by it are warned, founder rights and operator rights by key are gone, lists of channels name a key that nobody has. Export the old one first.',
  identityLoss:
    'Your sessions end. What hangs on the old key is lost: others who know you by it are warned, rights by key are gone.',
  makeNew: 'Make a new key',
  identityNew: (key: string, babble: string): string => `You have a new key: ${key} (${babble}).`,
  identityImportTitle: 'Use a SILC key of my own',
  identityImportDetails:
    'Takes the two key files of a SILC client (private_key.prv in base64, public_key.pub) in place of the key that the gateway has. Your sessions end; what hangs on the old key is lost. Whoever runs the gateway could read the key.',
  identityImport: 'Using a key of my own',
  passphrase: 'Passphrase',
  passphraseHint: 'Passphrase of the private key (empty where it has none)',
  badKeyFile: (why: string): string => `These key files cannot be used: ${why}.`,
  keyTooLarge: (min: string, max: string): string => `Keys from ${min} to ${max} bits can be used.`,
  identityExportTitle: 'Export my SILC key, encrypted',
  identityExportDetails:
    'Gives the key pair in the files of SILC clients. The private key is encrypted with a passphrase that you choose now and that must have eight characters at least. Whoever has file and passphrase is you on SILC.',
  identityExport: 'Exporting my key',
  newPassphrase: 'New passphrase for the file',
  shortPassphrase: 'The passphrase must have eight characters at least.',
  exported: 'This is your key. The private key is encrypted with the passphrase that you have chosen.',

  // keys
  keysTitle: 'Keys beside those of SILC servers: with contacts, and of channels',
  keysDetails:
    'Keys that SILC servers do not know. Those with contacts are in memory only: they end with the connection to SILC and are to be set again then. Those of channels are kept, encrypted.',
  noKeys: 'There are no such keys. What you write is known to the SILC servers.',
  contactKey: (who: string, kind: string, cipher: string): string => `With ${who}: ${kind}, ${cipher}`,
  channelKey: (room: string, name: string, cipher: string, used: string): string =>
    `In ${room}: “${name}”, ${cipher}${used}`,
  isUsed: ', used for what you write',
  'static-key': 'a key from a passphrase',
  'negotiated-key': 'an agreed key',
  keySetTitle: 'Set a key with a SILC user from a passphrase',
  keySetDetails:
    'Both must set the same passphrase. From then on private messages between the two are encrypted with it, and SILC servers cannot read them. The key ends with the connection to SILC: nothing is sent to that user then until you set it again, or drop it.',
  keySetForm: 'A key with a SILC user',
  keySet: (address: string): string =>
    `Private messages with ${address} are encrypted with this key now. Nobody can read them who has not set the same.`,
  keyClearTitle: 'Drop the keys with a SILC user',
  keyCleared: (address: string): string =>
    `There is no own key with ${address} any more: SILC servers can read the messages.`,
  noKeyWith: (address: string): string => `There is no own key with ${address}.`,
  channelKeySetTitle: 'Set a private key of a channel',
  channelKeySetDetails:
    'All who are to read the channel must set the same. It is used for sending while the channel has the mode of private keys (+k), which its founder sets in the configuration of the room. The gateway keeps it, encrypted, and sets it again whenever you come back, until you drop it. Lines that other local users cannot read are not shown to them.',
  channelKeySetForm: 'A private key of a channel',
  keyName: 'Name of the key',
  channelKeySet: (name: string, room: string): string => `The key “${name}” of ${room} is set.`,
  tooManyChannelKeys: (most: number): string => `Keys of at most ${most} channels are kept.`,
  channelKeyClearTitle: 'Drop a private key of a channel',
  channelKeyCleared: (name: string, room: string): string => `The key “${name}” of ${room} is dropped.`,
  noChannelKey: (name: string, room: string): string => `There is no key “${name}” of ${room}.`,
  notThere: (room: string): string => `You are not in ${room}.`,

  // away
  awayTitle: 'Be away on SILC, or back',
  awayDetails:
    'With a text you are away: SILC shows it, and who writes to you is answered with the text. Without one you are back. Your presence in rooms does not change.',
  awayForm: 'Being away',
  awayText: 'Answer to who writes to me (empty: I am back)',
  isAway: 'You are away on SILC.',
  isBack: 'You are back on SILC.',

  // settings
  settingsTitle: 'My settings',
  settingsDetails:
    'In words: “settings” lists them, “settings NAME” explains one, “settings NAME VALUE” sets it, “settings NAME VALUE ROOM” for one room, “settings NAME default” takes it back.',
  settingsForm: 'My settings',
  roomSettingsForm: (room: string): string => `My settings for ${room}`,
  settingsSaved: 'Your settings are stored.',
  bookmarksNotGranted: 'Your Jabber server does not let me at your bookmarks, so nothing comes of it.',
  settingIs: (name: string, value: string, label: string): string => `${name} = ${value} – ${label}`,
  unset: '(empty)',
  yes: 'yes',
  no: 'no',
  noSetting: (name: string): string => `There is no setting “${name}” here.`,
  badValue: (name: string): string => `The setting “${name}” does not take this value.`,
  settingSaved: (name: string, value: string): string => `${name} is ${value} now.`,
};
