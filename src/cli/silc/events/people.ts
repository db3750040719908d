import type { WatchedPerson } from '../../../silc/client/types.js';
import { personFields } from '../fields.js';
import { modeText, userLetters } from '../mode-letters.js';
import { shortId, userReference } from '../people.js';
import { note, type Rows } from './row.js';

/** Names, and people who are watched. */
export const peopleRows: Rows<
  | 'user-resolved'
  | 'nick-changed'
  | 'watched-online'
  | 'watched-offline'
  | 'watched-changed'
  | 'watch-checked'
> = {
  'user-resolved': ({ user }, people) =>
    note(`${shortId(user.clientId)} is ${people.label(user)}`, { user: userReference(user) }),
  'nick-changed': ({ user, oldClientId, oldNickname, self }, people) =>
    note(`${oldNickname ?? shortId(oldClientId)} is now ${people.label(user)}`, {
      user: userReference(user),
      old: { clientId: oldClientId, nickname: oldNickname ?? null },
      self,
    }),
  'watched-online': ({ person }) => note(`${nameOf(person)} is there`, { person: personFields(person) }),
  'watched-offline': ({ person, cause }) =>
    note(`${nameOf(person)} is gone (${cause})`, { person: personFields(person), cause }),
  'watched-changed': ({ person, previous }) => {
    const before = previous?.nickname === person.nickname ? '' : ` (was ${previous?.nickname ?? 'unknown'})`;
    const modes = modeText(person.mode, userLetters) || 'no modes';
    return note(`${nameOf(person)}${before}: ${modes}`, {
      person: personFields(person),
      previous: previous === undefined ? null : personFields(previous),
    });
  },
  'watch-checked': ({ target, people }) => {
    const who = 'nickname' in target ? target.nickname : 'the key';
    return note(`watched ${who}: ${people.length === 0 ? 'nobody' : people.length} there now`, {
      watched: 'nickname' in target ? target.nickname : null,
      people: people.map(personFields),
    });
  },
};

const nameOf = ({ nickname, clientId }: WatchedPerson): string =>
  `watched ${nickname ?? ''}/${shortId(clientId)}`;
