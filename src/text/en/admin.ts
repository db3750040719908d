/** Commands of administrators. */
export const admin = {
  user: 'User',
  users: 'Users',
  number: 'Number',
  registeredNum: 'Number of users who have a SILC key here',
  onlineNum: 'Number of users who are on SILC',
  registeredList: 'Users who have a SILC key here',
  onlineList: 'Users who are on SILC',
  are: (number: string): string => `Users: ${number}.`,
  maxItems: 'At most',
  all: 'all',

  endTitle: 'End the sessions of users',
  endDetails:
    'Their SILC sessions end, and their clients are told. They may come back at once; “edit-blacklist” keeps them out.',
  endHint: 'Their clients are told that an administrator has done it.',
  ended: (number: string): string => `Sessions ended: ${number}.`,
  byAdmin: 'An administrator of this gateway has ended your session.',
  nobody: (user: string): string => `${user} has no session.`,

  announceTitle: 'Send an announcement to all users who are on SILC',
  announcement: 'Announcement',
  announceFrom: (text: string): string => `[Announcement] ${text}`,
  announced: (number: string): string => `Users it was sent to: ${number}.`,

  blacklistTitle: 'Edit the list of those who may not use the gateway',
  blacklistDetails:
    'Bare addresses and domains beside those of the configuration, whose list stays as it is. Sessions of who is named now end. The list outlasts a restart.',
  blacklist: 'Addresses and domains, one a line',
  blacklisted: (number: string): string => `Addresses and domains that may not use the gateway: ${number}.`,
  badAddress: (address: string): string => `“${address}” is no bare address or domain.`,
  isAdmin: (address: string): string => `${address} is an administrator.`,
  listTooLong: (max: string): string => `The list has ${max} entries at most.`,

  sessionsTitle: 'All SILC sessions',
  nickname: 'Nickname',
  state: 'State',
  rooms: 'Rooms',
  clients: 'Clients',
  connected: 'connected',
  onTheWay: 'no link',
  noSessions: 'There are no sessions.',
  shownOf: (shown: string, all: string): string => `${shown} of ${all} sessions.`,

  networksTitle: 'Networks, their servers and the keys of these',
  server: 'Server',
  knownKey: 'Known key',
  refusedKey: 'Refused key',
  sessions: 'Sessions',
  configured: (key: string): string => `${key} (configured)`,

  acceptTitle: 'Accept the changed key of a SILC server',
  acceptDetails:
    'A server with another key than the known one is not connected to. Ask its operator for the fingerprint before you accept it. A key that stands in the configuration is changed there.',
  acceptForm: 'Accepting the key of a server',
  acceptWhich: 'Server and its key',
  acceptNothing: 'No server has been met with another key than the known one.',
  acceptConfigured: (server: string): string =>
    `The key of ${server} stands in the configuration: change it there, and have the configuration read again.`,
  accepted: (server: string, key: string): string => `${server} is known by ${key} now.`,

  limitsTitle: 'Limits of this gateway',
  limitsDetails:
    'Changes hold until the gateway is restarted or its configuration is read again. Who has more than a new limit keeps it. In words: “limits” tells all, “limits rooms_per_user 10” changes one.',
  limitsForm: 'Limits',
  limitSessions: 'SILC sessions in all',
  limitDomain: 'SILC sessions of one domain (0: half of all)',
  limitAllRooms: 'Places of users in rooms, in all',
  limitRoomsOfDomain: 'Places in rooms of the users of one domain (0: half of all)',
  limitKeyPairs: 'Key pairs of users in all',
  limitKeyPairsOfDomain: 'Key pairs of the users of one domain (0: half of all)',
  limitRooms: 'Rooms of one user',
  limitResources: 'Clients of one user in a room',
  limitNewcomers: 'New users of one domain an hour',
  limitRate: (kind: string): string => `A minute: ${kind}`,
  'rate-of-user': (rate: string): string => `${rate}, of one user`,
  'rate-of-domain': (rate: string): string => `${rate}, of one domain`,
  'rate-of-all': (rate: string): string => `${rate}, of everybody`,
  limitsUsed: (sessions: string, rooms: string, keyPairs: string): string =>
    `In use: sessions ${sessions}, places in rooms ${rooms}, key pairs ${keyPairs}.`,
  noLimit: (name: string): string => `There is no limit “${name}”; “limits” lists all.`,
  badNumber: (label: string): string => `“${label}” is a whole number.`,
  limitsSet: (sessions: string, max: string): string =>
    `The limits are set; ${sessions} of ${max} sessions are in use.`,

  logTitle: 'Set how much is logged',
  logLevel: 'The least important lines that are told',
  logArea: 'Of which part',
  logEverything: 'everything',
  logAreaSet: (area: string, level: string): string =>
    `The log level of ${area} is ${level} now, until the gateway is restarted.`,
  logSet: (level: string): string => `The log level is ${level} now, until the gateway is restarted.`,

  reloadTitle: 'Read the configuration again',
  reloadDetails:
    'Networks and their servers, access lists, limits, times, texts, files and the log level change at once; what needs a restart is named. Users of a network that is taken out are told, and leave it. A file with faults changes nothing.',
  reloadSure: 'Read it',
  reloaded: 'The configuration was read: nothing has changed that could change now.',
  reloadApplied: (keys: string): string => `The configuration was read. Changed now: ${keys}.`,
  needsRestart: (keys: string): string => `These need a restart: ${keys}.`,
  badFile: (why: string): string => `The configuration has faults; nothing was changed.\n${why}`,

  metricsTitle: 'Figures of the gateway',
  figure: 'Figure',
  value: 'Value',
};
