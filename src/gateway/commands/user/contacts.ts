import type { Jid } from '../../../component/jid.js';
import { StanzaError } from '../../../component/stanza.js';
import type { UserAddress } from '../../../mapping/address.js';
import { keyText } from '../../../mapping/contact-key.js';
import type { FormValues } from '../../../mapping/data-form.js';
import { type AnyText, joinTexts, type Text, text } from '../../../text/text.js';
import type { Contact } from '../../contacts/contact.js';
import type { ContactOffers, OfferKind } from '../../contacts/contact-offers.js';
import { isThere } from '../../contacts/sightings.js';
import type { GatewayContext } from '../../context.js';
import { ask, userAddress, value } from '../ask.js';
import { type Command, type CommandCall, type CommandStep, done } from '../command.js';

/** People at one time. */
const MAX_PEOPLE = 50;

const outcomes = {
  there: 'isThere',
  added: 'isAdded',
  offered: 'isOffered',
  asked: 'isAsked',
} as const satisfies Readonly<Record<OfferKind, string>>;

interface ContactsParts {
  readonly context: GatewayContext;
  readonly offers: ContactOffers;
}

/** A user sees the own contacts, and gets SILC users into the own list that the gateway knows of. */
export function contactsCommand({ context, offers }: ContactsParts): Command {
  const stateOf = (contact: Contact): Text => {
    if (contact.state.isBlocked === true) return text((words) => words.contacts.stateIgnored);
    const isOnline = [...context.contacts.sightings.of(contact).values()].some(isThere);
    return text((words) => (isOnline ? words.contacts.stateOnline : words.contacts.stateOffline));
  };

  function list({ from }: CommandCall): CommandStep {
    const all = context.contacts.book.of(from.bare);
    if (all.length === 0) return done(text((words) => words.contacts.listEmpty));
    const rows = all.map((contact): readonly AnyText[] => {
      const { fingerprint } = contact.state;
      return [contact.address, stateOf(contact), fingerprint === undefined ? '' : keyText(fingerprint)];
    });
    const lines = rows.map((row) =>
      joinTexts(
        row.filter((part) => part !== ''),
        ' – ',
      ),
    );
    return {
      ...done(joinTexts(lines, '\n')),
      result: {
        title: text((words) => words.contacts.listForm),
        columns: [
          { name: 'address', label: text((words) => words.trust.address) },
          { name: 'state', label: text((words) => words.contacts.stateLabel) },
          { name: 'fingerprint', label: text((words) => words.trust.fingerprint) },
        ],
        rows,
      },
    };
  }

  /** Whom the user has written to, or verified, and has no contact of. */
  async function known({ bare }: Jid): Promise<readonly string[]> {
    const { addressing, trust, contacts } = context;
    const keys = (await trust.of(bare)).filter(({ standing }) => standing !== 'heard');
    const addresses = keys.flatMap(({ network, contact }) => {
      if (!addressing.networks.includes(network)) return [];
      const [nickname = '', qualifier] = contact.split('*', 2);
      return [addressing.userToJid(network, nickname, qualifier)];
    });
    return addresses.filter((address) => contacts.book.get(bare, address) === undefined).slice(0, MAX_PEOPLE);
  }

  async function form(call: CommandCall): Promise<CommandStep> {
    return ask(
      {
        title: text((words) => words.contacts.addForm),
        instructions: text((words) => words.contacts.addHint),
        fields: [
          {
            ...({ name: 'people', type: 'text-multi', isRequired: true } as const),
            label: text((words) => words.contacts.peopleLabel),
            value: (await known(call.from)).join('\n'),
          },
        ],
      },
      add,
    );
  }

  async function add(values: FormValues, { from }: CommandCall): Promise<CommandStep> {
    const typed = value(values, 'people').split(/[\n,]/);
    const people = typed.map((one) => one.trim()).filter((one) => one !== '');
    if (people.length > MAX_PEOPLE) {
      const why = text((words) => words.contacts.tooManyAtOnce(String(MAX_PEOPLE)));
      throw new StanzaError('modify', 'not-acceptable', why);
    }
    const addresses = people.map((one): UserAddress => userAddress(context.addressing, one));
    const told = [...(await offers.offer(from, addresses))].map(([address, kind]) =>
      text((words) => words.contacts[outcomes[kind]](address)),
    );
    return done(joinTexts(told, '\n'));
  }

  return {
    name: 'contacts',
    title: text((words) => words.contacts.contactsTitle),
    details: text((words) => words.contacts.contactsDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      ask(
        {
          title: text((words) => words.contacts.listForm),
          fields: [
            {
              ...({ name: 'what', type: 'list-single', value: 'list', isRequired: true } as const),
              label: text((words) => words.trust.what),
              options: [
                { value: 'list', label: text((words) => words.contacts.listOption) },
                { value: 'add', label: text((words) => words.contacts.addOption) },
              ],
            },
          ],
        },
        (values, call) => (values.get('what') === 'add' ? form(call) : list(call)),
        { hasMore: true },
      ),
  };
}
