import { StanzaError } from '../../../component/stanza.js';
import type { Jid } from '../../../component/jid.js';
import type { Form, FormValues } from '../../../mapping/data-form.js';
import { cleanedNickname, resourceToNickname } from '../../../mapping/nickname.js';
import { xml } from '../../../component/stanza.js';
import { text } from '../../../text/text.js';
import type { Bookmarks } from '../../bookmarks/bookmarks.js';
import type { RegisteredUsers } from '../../registrations/registered-users.js';
import type { Registration } from '../../registrations/registrations.js';
import type { UserCommandParts } from '../user/parts.js';

/** What registering is made with. */
export interface RegistrationParts extends UserCommandParts {
  readonly registered: RegisteredUsers;
  readonly bookmarks: Pick<Bookmarks, 'forget'>;
}

const MAX_PASSPHRASE = 256;
const ALL = 'all';

/** Whether a server wants a passphrase: otherwise none is asked for. */
const wantsPassphrase = ({ sessions }: RegistrationParts): boolean =>
  [...sessions.networks.values()].some(({ config }) => config.auth.method === 'passphrase');

/** What is asked of a user. */
export function registrationForm(parts: RegistrationParts, known: Registration | undefined): Form {
  const networks = [...parts.sessions.networks.keys()];
  const passphrase = {
    ...({ name: 'passphrase', type: 'text-private', max: MAX_PASSPHRASE } as const),
    label: text((words) => words.registration.passphrase),
  };
  const network = {
    ...({ name: 'network', type: 'list-single' } as const),
    label: text((words) => words.registration.network),
    value: known?.network ?? ALL,
    options: [
      { value: ALL, label: text((words) => words.registration.all) },
      ...networks.map((name) => ({ value: name, label: name })),
    ],
  };
  return {
    title: text((words) => words.registration.title),
    instructions: text((words) => words.registration.instructions),
    fields: [
      {
        ...({ name: 'nick', type: 'text-single', isRequired: true, max: 128 } as const),
        label: text((words) => words.registration.nick),
        value: known?.nick,
      },
      ...(networks.length > 1 ? [network] : []),
      ...(wantsPassphrase(parts) ? [passphrase] : []),
    ],
  };
}

const refused = (said: ReturnType<typeof text>): StanzaError =>
  new StanzaError('modify', 'not-acceptable', said);

/** @returns the nickname. @throws StanzaError modify/not-acceptable; StoreError */
export async function register(parts: RegistrationParts, user: Jid, values: FormValues): Promise<string> {
  const { context, sessions, registered } = parts;
  const typed = (values.get('nick') ?? '').trim();
  if (typed === '') throw refused(text((words) => words.registration.noNick));
  const nick = resourceToNickname(typed) ?? cleanedNickname(typed);
  if (nick === undefined) throw refused(text((words) => words.registration.badNick(typed)));
  const network = values.get('network') ?? ALL;
  if (network !== ALL && network !== '' && !sessions.networks.has(network)) {
    throw refused(text((words) => words.registration.noNetwork(network)));
  }
  context.quotas.take('registrations', user);
  const known = await context.registrations.find(user.bare);
  const typedPassphrase = values.get('passphrase') ?? '';
  // An empty one is one that was not typed again: a client never shows the old one.
  const passphrase = typedPassphrase === '' ? known?.passphrase : typedPassphrase;
  const isOne = network !== ALL && network !== '';
  await context.registrations.save(user.bare, { nick, passphrase, network: isOne ? network : undefined });
  await context.preferences.set(user.bare, undefined, { nick });
  // The gateway wants to know when the user is online.
  if (known === undefined)
    context.send(xml('presence', { from: context.domain, to: user.bare, type: 'subscribe' }));
  registered.changed(user.bare);
  return nick;
}

/** The user is registered no more; key and known keys stay. @throws StoreError */
export async function unregister(
  { context, registered, bookmarks }: RegistrationParts,
  user: Jid,
): Promise<void> {
  await context.registrations.remove(user.bare);
  await context.preferences.removeAll(user.bare);
  await bookmarks.forget(user.bare);
  registered.removed(user.bare);
  context.send(xml('presence', { from: context.domain, to: user.bare, type: 'unsubscribe' }));
}
