/** Registering with the gateway. */
export const registration = {
  title: 'Register with the gateway',
  instructions:
    'No registration is needed to join a room or to write to somebody. Who is registered is connected to SILC whenever a client is online.',
  nick: 'Nickname on SILC',
  passphrase: 'Passphrase for the SILC server',
  network: 'Network to be connected to',
  all: 'all networks',
  badNick: (nickname: string): string => `SILC cannot carry the nickname “${nickname}”.`,
  noNick: 'A nickname is needed.',
  noNetwork: (network: string): string => `There is no network “${network}” here.`,
  done: (nickname: string): string =>
    `You are registered as ${nickname}: you are connected to SILC while a client of yours is online.`,
  removed:
    'You are not registered any more: your nickname, the passphrase and your settings are deleted. Your SILC key, and what you know of the keys of others, are kept: the command “unregister” deletes them, too.',
  failed: (network: string, why: string): string => `You could not be connected to ${network}: ${why}`,

  registerDetails:
    'Keeps a nickname, and a passphrase for servers that want one. You are connected when your first client comes online, and disconnected when the last one goes, unless the setting “stay-connected” says otherwise.',
  unregisterTitle: 'Delete all that the gateway keeps of me',
  unregisterDetails:
    'Your sessions end. Deleted are: your SILC key pair, by which others know you and on which rights hang; the registration, settings, known and verified keys of contacts. Channels that you have founded keep their founder keys, and lines that you have said stay with those who have heard them. This cannot be undone; export your key before.',
  unregisterSure: 'Delete all of it',
  forgotten: 'All is deleted. The next time you join a room you are somebody new.',
};
