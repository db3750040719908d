import { joinTexts, text } from '../../../text/text.js';
import { type Command, done } from '../command.js';
import { type AdminParts, forAdmins } from './parts.js';

/** Sessions in one answer. */
const MAX_SHOWN = 500;

/** Who is on which network, with what. */
export function allSessions(parts: AdminParts): Command {
  const title = text((words) => words.admin.sessionsTitle);
  return {
    ...forAdmins(parts),
    name: 'sessions',
    title,
    begin: () => {
      const all = [...parts.sessions.all()];
      if (all.length === 0) return done(text((words) => words.admin.noSessions));
      const rows = all.slice(0, MAX_SHOWN).map((session) => {
        const rooms = [...session.rooms.values()];
        const clients = new Set(rooms.flatMap((room) => [...room.clients]));
        const state = text(({ admin }) => (session.silc === undefined ? admin.onTheWay : admin.connected));
        const { user, network, nickname } = session;
        return [user, network.name, nickname, state, String(rooms.length), String(clients.size)];
      });
      const shown = text((words) => words.admin.shownOf(String(rows.length), String(all.length)));
      return {
        ...done(joinTexts([...rows.map((row) => joinTexts(row, ' – ')), shown], '\n')),
        result: {
          title,
          columns: [
            { name: 'user', label: text((words) => words.admin.user) },
            { name: 'network', label: text((words) => words.asking.network) },
            { name: 'nickname', label: text((words) => words.admin.nickname) },
            { name: 'state', label: text((words) => words.admin.state) },
            { name: 'rooms', label: text((words) => words.admin.rooms) },
            { name: 'clients', label: text((words) => words.admin.clients) },
          ],
          rows,
        },
      };
    },
  };
}
