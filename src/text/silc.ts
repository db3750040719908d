/**
 * What SILC users read of the gateway. SILC has no way to tell a language, and what is said on a channel all read at once: it is
 * English, and stands here in one place.
 */
export const silcWords = {
  // Stanzas of Jabber users that SILC has no form for; some are actions, said by the user
  correction: (text: string): string => `[correction] ${text}`,
  subject: (subject: string): string => `Subject: ${subject}`,
  takesBack: 'takes back a message from before',
  reacts: (reactions: readonly string[]): string => `reacts with ${reactions.join(' ')}`,
  takesAway: (author: string | undefined): string =>
    `takes away ${author === undefined || author === '' ? 'a message' : `a message of ${author}`}`,
  declines: (channel: string, reason: string | undefined): string =>
    `declines the invitation to channel ${channel}${reason === undefined ? '' : `: ${reason}`}`,

  /** To operators of a channel. */
  asksForVoice: (nick: string, channel: string): string =>
    `${nick} asks to be allowed to talk on channel ${channel} (/cumode ${channel} -q ${nick})`,
  channelClosed: 'This channel is closed',
  seeInstead: (venue: string): string => `(see ${venue})`,
  autoReply:
    'This user has no Jabber client online at the moment. Your message is passed on at the next login.',
  unreadable:
    '[the gateway] Your last message could not be read: it was encrypted with a key that is not known here (any more). Please send it again.',
  fileDoesNotArrive: (reason: string): string => `[the gateway] Your file does not arrive: ${reason}.`,
  fileOffered: (file: string, nick: string): string =>
    `[the gateway] ${file} is offered to you as a file, too. If your client does not know my key yet: /getkey ${nick} before /file accept ${nick}.`,
} as const;
