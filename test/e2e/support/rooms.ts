import { parseStanzaError } from '../../../src/component/stanza-error.js';
import { xml, type StanzaErrorCondition, type StanzaErrorType } from '../../../src/component/stanza.js';
import type { Element } from '../../../src/component/types.js';
import { canonical } from '../../support/xmpp/canonical.js';
import type { JabberUser, JoinOptions } from './jabber-user.js';

const MUC = 'http://jabber.org/protocol/muc';
const MUC_USER = 'http://jabber.org/protocol/muc#user';
const MUC_ADMIN = 'http://jabber.org/protocol/muc#admin';
const MUC_OWNER = 'http://jabber.org/protocol/muc#owner';
const DATA_FORM = 'jabber:x:data';
const DISCO_INFO = 'http://jabber.org/protocol/disco#info';
const PING = 'urn:xmpp:ping';

/** What the presence of an occupant says. Everything that is not given must not be in it. */
export interface OccupantPresence {
  readonly from: string;
  readonly to: string;
  readonly unavailable?: boolean;
  readonly affiliation: string;
  readonly role: string;
  /** The SILC address. */
  readonly jid: string;
  /** New nickname. */
  readonly nick?: string;
  readonly actor?: string;
  readonly reason?: string;
  /** Text of the presence. */
  readonly text?: string;
  readonly codes?: readonly number[];
  /** What the occupant is on SILC; by default founder for an owner, operator for another moderator. */
  readonly hats?: readonly string[];
}

/** The whole stanza, ids apart, for `expect` and `expectSequence`. */
export function occupantPresence(presence: OccupantPresence): string {
  const { from, to, affiliation, role, jid, nick, actor, reason, text, codes = [] } = presence;
  const isGone = presence.unavailable === true;
  const usual = affiliation === 'owner' ? ['Founder'] : ['Operator'];
  const hats = isGone ? [] : (presence.hats ?? (role === 'moderator' ? usual : []));
  return canonical(
    xml(
      'presence',
      { from, to, type: presence.unavailable === true ? 'unavailable' : undefined },
      text === undefined ? undefined : xml('status', {}, text),
      xml(
        'x',
        { xmlns: MUC_USER },
        xml(
          'item',
          { affiliation, role, jid: codes.includes(307) ? undefined : jid, nick },
          actor === undefined ? undefined : xml('actor', { nick: actor }),
          reason === undefined ? undefined : xml('reason', {}, reason),
        ),
        codes.map((code) => xml('status', { code })),
      ),
      xml('occupant-id', { xmlns: 'urn:xmpp:occupant-id:0' }),
      hats.length === 0
        ? undefined
        : xml(
            'hats',
            { xmlns: 'urn:xmpp:hats:0' },
            hats.map((title) =>
              xml('hat', {
                uri: `urn:silc-xmpp-gateway:hat:${title.toLowerCase().replace(' ', '-')}`,
                title,
                'xml:lang': 'en',
              }),
            ),
          ),
    ),
  );
}

/** The XEP-0421 id in a stanza. */
export function occupantIdOf(stanza: Element): string | undefined {
  return stanza.getChild('occupant-id', 'urn:xmpp:occupant-id:0')?.attrs.id;
}

/** What an error says. */
export interface Refusal {
  readonly type: StanzaErrorType;
  readonly condition: StanzaErrorCondition;
  readonly text: string;
}

/** Joins in vain: the presence error must come from the room's address and go to the full JID that asked. */
export async function refusedJoin(
  user: JabberUser,
  room: string,
  nick: string,
  options: JoinOptions = {},
): Promise<Refusal> {
  await user.sendJoin(room, nick, options);
  const from = `${room}/${nick}`;
  return refusalOf(await user.expect({ name: 'presence', type: 'error', from, to: user.full, has: [MUC] }));
}

export function refusalOf(stanza: Element): Refusal {
  const { type, condition, text } = parseStanzaError(stanza);
  return { type, condition, text };
}

/** Sets a role by nickname. @throws StanzaError when it is refused. */
export async function setRole(
  user: JabberUser,
  room: string,
  nick: string,
  role: string,
  reason?: string,
): Promise<void> {
  await user.request(room, 'set', adminQuery({ nick, role }, reason));
}

/** Sets an affiliation by nickname or address. @throws StanzaError when it is refused. */
export async function setAffiliation(
  user: JabberUser,
  room: string,
  whom: { readonly nick: string } | { readonly jid: string },
  affiliation: string,
  reason?: string,
): Promise<void> {
  await user.request(room, 'set', adminQuery({ ...whom, affiliation }, reason));
}

/** The items of a role or affiliation list. */
export async function listItems(
  user: JabberUser,
  room: string,
  of: Readonly<Record<string, string>>,
): Promise<readonly { readonly attrs: Readonly<Record<string, unknown>>; readonly reason: string | null }[]> {
  const answer = await user.request(room, 'get', adminQuery(of, undefined));
  const items = answer.getChild('query', MUC_ADMIN)?.getChildren('item') ?? [];
  return items.map((item) => ({ attrs: { ...item.attrs }, reason: item.getChildText('reason') }));
}

function adminQuery(item: Readonly<Record<string, string>>, reason: string | undefined): Element {
  const text = reason === undefined ? undefined : xml('reason', {}, reason);
  return xml('query', { xmlns: MUC_ADMIN }, xml('item', item, text));
}

/** The features of a room. */
export async function featuresOf(user: JabberUser, room: string): Promise<ReadonlySet<string>> {
  const answer = await user.request(room, 'get', xml('query', { xmlns: DISCO_INFO }));
  const features = answer.getChild('query', DISCO_INFO)?.getChildren('feature') ?? [];
  return new Set(features.map((feature) => feature.attrs.var ?? ''));
}

/** The fields of the configuration form by name, each with its one value. */
export async function configurationOf(
  user: JabberUser,
  room: string,
): Promise<Readonly<Record<string, string>>> {
  const answer = await user.request(room, 'get', xml('query', { xmlns: MUC_OWNER }));
  const fields = answer.getChild('query', MUC_OWNER)?.getChild('x', DATA_FORM)?.getChildren('field') ?? [];
  return Object.fromEntries(
    fields.map((field) => [field.attrs.var ?? '', field.getChildText('value') ?? '']),
  );
}

/** Submits fields of the configuration form. @throws StanzaError when they are refused. */
export async function configure(
  user: JabberUser,
  room: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const fields = Object.entries(values).map(([name, value]) =>
    xml('field', { var: name }, xml('value', {}, value)),
  );
  const formType = xml('field', { var: 'FORM_TYPE' }, xml('value', {}, `${MUC}#roomconfig`));
  const form = xml('x', { xmlns: DATA_FORM, type: 'submit' }, formType, ...fields);
  await user.request(room, 'set', xml('query', { xmlns: MUC_OWNER }, form));
}

/** Pings an address (XEP-0199). @throws StanzaError for an error answer. */
export async function ping(user: JabberUser, to: string): Promise<void> {
  await user.request(to, 'get', xml('ping', { xmlns: PING }));
}

/** Asks for a new nickname (XEP-0045, 7.6). */
export async function sendNick(user: JabberUser, room: string, nick: string): Promise<void> {
  await user.send(xml('presence', { to: `${room}/${nick}` }));
}

/** Asks for a new subject; returns the id of the message. */
export async function sendSubject(user: JabberUser, room: string, subject: string): Promise<string> {
  const id = `subject-${subject.length}`;
  await user.send(xml('message', { to: room, type: 'groupchat', id }, xml('subject', {}, subject)));
  return id;
}
