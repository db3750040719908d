import { joinTexts, type Text, text } from '../../../text/text.js';
import { type Command, done } from '../command.js';
import type { UserCommandParts } from './parts.js';

/** A user sees which keys there are that SILC servers do not know. Never the keys. */
export function keys({ sessions }: UserCommandParts): Command {
  return {
    name: 'keys',
    title: text((words) => words.userCommands.keysTitle),
    details: text((words) => words.userCommands.keysDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: ({ from }) => {
      const lines: Text[] = [];
      for (const { silc, rooms } of sessions.sessionsOf(from)) {
        for (const { user, kind, cipher } of silc?.privateKeyList() ?? []) {
          const who = user.nickname ?? user.clientId;
          lines.push(text((words) => words.userCommands.contactKey(who, words.userCommands[kind], cipher)));
        }
        for (const { jid, link } of rooms.values()) {
          const known = link?.silc.channelControl.privateKeys(link.silcChannel.id) ?? [];
          for (const { name, cipher, selected } of known) {
            lines.push(
              text(({ userCommands: words }) =>
                words.channelKey(jid, name, cipher, selected ? words.isUsed : ''),
              ),
            );
          }
        }
      }
      return done(lines.length === 0 ? text((words) => words.userCommands.noKeys) : joinTexts(lines, '\n'));
    },
  };
}
