import type { Jid } from '../../component/jid.js';
import { type Element, StanzaError } from '../../component/stanza.js';
import type { UserAddress } from '../../mapping/address.js';
import { blockItems, blockList, NS_BLOCKING } from '../../mapping/blocking.js';
import { text } from '../../text/text.js';
import { ask, contactField, userAddress, value } from '../commands/ask.js';
import { type Command, done } from '../commands/command.js';
import type { Feature, Request } from '../feature.js';
import type { FeatureParts } from './parts.js';

/** Addresses of one request. */
const MAX_ITEMS = 100;

/**
 * Blocking of SILC users, carried out by the gateway: what they write and invite to does not reach the user. Servers answer the
 * protocol for their users themselves, so it is taken at the gateway's address, and there is the command `ignore`.
 */
export function blocking({ context, contacts, lookup }: FeatureParts): Feature {
  const blocked = ({ bare }: Jid): readonly string[] =>
    context.contacts.book
      .of(bare)
      .filter(({ state }) => state.isBlocked === true)
      .map(({ address }) => address);

  /** @throws StanzaError: here a text without `@` is a server, not a nickname */
  function silcUser(jid: string): UserAddress {
    const address = context.addressing.parse(jid);
    if (address.kind === 'user') return address;
    const said = text(({ asking }) => asking.noUser(jid));
    throw new StanzaError('modify', 'jid-malformed', said);
  }

  async function set(
    { from, signal }: Pick<Request, 'from' | 'signal'>,
    to: UserAddress,
    isBlocked: boolean,
  ): Promise<void> {
    const known = context.contacts.book.get(from.bare, to.jid);
    // By the key, so that another nickname does not help. Nobody there now is known by the nickname.
    const found =
      isBlocked && known?.state.fingerprint === undefined
        ? await lookup.find({ from, to, signal }).catch((error: unknown) => {
            if (error instanceof StanzaError && error.condition === 'conflict') throw error;
          })
        : undefined;
    const key = found?.fingerprint === undefined ? {} : { fingerprint: found.fingerprint };
    await contacts.change(from.bare, to, { isBlocked, ...key });
  }

  async function change(request: Request, child: Element): Promise<undefined> {
    const isBlocked = child.getName() === 'block';
    if (!isBlocked && child.getName() !== 'unblock') throw new StanzaError('modify', 'bad-request');
    const typed = blockItems(child);
    if (typed.length > MAX_ITEMS || (isBlocked && typed.length === 0)) {
      throw new StanzaError('modify', 'bad-request');
    }
    const all = typed.length === 0 ? blocked(request.from) : typed;
    const addresses = all.map(silcUser);
    for (const address of addresses) await set(request, address, isBlocked);
    return undefined;
  }

  const ignore: Command = {
    name: 'ignore',
    title: text((words) => words.contacts.ignoreTitle),
    details: text((words) => words.contacts.ignoreDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: ({ from }) =>
      ask(
        {
          title: text((words) => words.contacts.ignoreTitle),
          instructions: text((words) => words.contacts.ignored(blocked(from).join(', '))),
          fields: [
            contactField,
            {
              ...({ name: 'ignore', type: 'boolean', value: '1' } as const),
              label: text((words) => words.contacts.ignoreLabel),
            },
          ],
        },
        async (values, call) => {
          const address = userAddress(context.addressing, value(values, 'contact'));
          const isBlocked = values.get('ignore') !== 'false';
          await set(call, address, isBlocked);
          return done(
            text((words) =>
              isBlocked ? words.contacts.isIgnored(address.jid) : words.contacts.isHeard(address.jid),
            ),
          );
        },
      ),
  };

  return {
    name: 'blocking',
    specs: [
      {
        xep: 191,
        title: 'Blocking Command',
        version: '1.3',
        date: '2015-03-12',
        status: 'partial',
        part: 'of SILC users, at the address of the gateway',
        leftOut: 'rooms and networks; pushes to other clients; hiding presence from SILC users',
        namespaces: [NS_BLOCKING],
      },
    ],
    disco: { gateway: [NS_BLOCKING] },
    iq: [
      {
        type: 'get',
        xmlns: NS_BLOCKING,
        to: ['gateway'],
        handle: ({ from }) => blockList(blocked(from)),
      },
      { type: 'set', xmlns: NS_BLOCKING, to: ['gateway'], handle: change },
    ],
    commands: [ignore],
  };
}
