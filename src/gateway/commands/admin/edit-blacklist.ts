import { tryParseJid } from '../../../component/jid.js';
import { StanzaError } from '../../../component/stanza.js';
import { fromUtf8, utf8 } from '../../../silc/bytes.js';
import { text } from '../../../text/text.js';
import { ask, value } from '../ask.js';
import { type Command, type CommandStep, done } from '../command.js';
import { adminNode, type AdminParts, endAll, forAdmins, NS_ADMIN } from './parts.js';

const MAX_ENTRIES = 1_000;
/** Where the list is kept: among the records of nobody. */
const [NOBODY, KIND] = ['', 'blacklist'];

/** Takes the list up that an earlier process has kept. @throws StoreError */
export async function loadBlacklist({ store, access }: AdminParts['context']): Promise<void> {
  const kept = await store.userRecords.find(NOBODY, KIND, '');
  if (kept !== undefined) access.banned = fromUtf8(kept).split('\n');
}

/** Who may not use the gateway, beside the configuration (XEP-0133, 4.11). */
export function editBlacklist(parts: AdminParts): Command {
  const { context, sessions } = parts;
  const refusal = (why: ReturnType<typeof text>): StanzaError =>
    new StanzaError('modify', 'not-acceptable', why);

  async function replace(typed: string): Promise<CommandStep> {
    const entries = new Set<string>();
    for (const one of typed.split(/\s+/).filter((entry) => entry !== '')) {
      const address = tryParseJid(one);
      if (address === undefined || address.resource !== '') {
        throw refusal(text((words) => words.admin.badAddress(one)));
      }
      if (context.access.isAdmin(address)) throw refusal(text((words) => words.admin.isAdmin(one)));
      entries.add(address.bare);
    }
    if (entries.size > MAX_ENTRIES) {
      throw refusal(text((words) => words.admin.listTooLong(String(MAX_ENTRIES))));
    }
    const content = entries.size === 0 ? undefined : utf8([...entries].join('\n'));
    await context.store.userRecords.save(NOBODY, KIND, '', content);
    context.access.banned = entries;
    const ending = [...sessions.all()].filter(({ user }) => {
      const jid = tryParseJid(user);
      return jid !== undefined && !context.access.allows(jid);
    });
    await endAll(
      ending,
      text((words) => words.admin.byAdmin),
    );
    return done(text((words) => words.admin.blacklisted(String(entries.size))));
  }

  return {
    ...forAdmins(parts),
    name: 'edit-blacklist',
    node: adminNode('edit-blacklist'),
    title: text((words) => words.admin.blacklistTitle),
    details: text((words) => words.admin.blacklistDetails),
    begin: () =>
      ask(
        {
          formType: NS_ADMIN,
          title: text((words) => words.admin.blacklistTitle),
          fields: [
            {
              ...({ name: 'blacklistjids', type: 'jid-multi' } as const),
              label: text((words) => words.admin.blacklist),
              value: context.access.banned.length === 0 ? undefined : context.access.banned.join('\n'),
            },
          ],
        },
        (values) => replace(value(values, 'blacklistjids')),
      ),
    // Without a word nothing is taken off the list by mistake.
    inWords: (_call, words) =>
      words.length === 0
        ? done(context.access.banned.join('\n') || text((all) => all.admin.blacklisted('0')))
        : replace(words[0] === '-' ? '' : words.join(' ')),
  };
}
