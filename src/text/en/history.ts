/** Archives of rooms, and what is missing in them. */
export const history = {
  // Queries
  badPage: 'The page that is asked for is not understood.',
  badTime: 'A time is not understood.',
  tooManyIds: (most: number): string => `At most ${most} messages can be asked for by their ids.`,

  // What is missing
  gap: (since: string, until: string): string =>
    `The link to the SILC network was down from ${since} to ${until} UTC. What SILC users said on this channel in that time is missing here.`,
  crash: (since: string, until: string): string =>
    `The gateway broke down and was away from ${since} to ${until} UTC. What you said here in that time may be lost.`,
  dropped: (count: number): string =>
    `${count} private ${count === 1 ? 'message' : 'messages'} to you came faster than could be passed on, and ${count === 1 ? 'is' : 'are'} lost.`,
  missedFrom: (count: number, sender: string): string => `${count} from ${sender === '' ? 'others' : sender}`,
  missed: (count: number, senders: string): string =>
    `${count} private ${count === 1 ? 'message' : 'messages'} to you may be missing here: ${senders}. Ask for them again.`,
  lost: (since: string, until: string): string =>
    `The link to your Jabber server was broken from ${since} to ${until} UTC. Private messages that you sent in that time may be lost.`,

  // Archives
  noField: (field: string): string => `There is no field ${field}.`,
  noMessage: 'The archive has no such message for you.',
  notBeenIn: 'You have not been in this room.',

  // forget-history
  forgotAll: 'Done: you have no history of any room any more.',
  forgot: (channel: string): string => `Done: you have no history of ${channel} any more.`,
  forgetHint: 'This cannot be undone. Others who were there keep theirs.',
  forgetIt: 'Forget it',
  allRooms: 'All rooms',
  forgetForm: 'Forget what was said while I was there',
  room: 'Room',
  forgetAll: 'Forget the history of all rooms',
  forgetOf: (room: string): string => `Forget the history of ${room}`,
  forgetTitle: 'Take away what I can see of what was said in rooms',

  // wipe-history
  wipeTitle: 'Delete the history of this room, for everybody',
  wipeOf: (room: string): string => `Delete the history of ${room}`,
  wipeHint: 'Nobody who uses this gateway will see again what was said. This cannot be undone.',
  wipeIt: 'Delete it',
  wiped: (count: number): string => `Done: ${count} ${count === 1 ? 'line was' : 'lines were'} deleted.`,
};
