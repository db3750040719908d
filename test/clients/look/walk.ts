import { type Element, StanzaError, xml } from '../../../src/component/stanza.js';
import { command, commandsAt, inWords, type Values } from '../../e2e/support/commands.js';
import type { JabberUser } from '../../e2e/support/jabber-user.js';
import { ScenarioWorld } from '../../e2e/support/scenario.js';
import { sharedJabberServer } from '../../e2e/support/shared-server.js';

const FORM = 'jabber:x:data';
const MAX_STAGES = 3;

/** What brings a command on to its next form. */
const GIVEN: Values = {
  ...{
    contact: 'bob',
    file: 'https://localhost/notes.pdf',
    people: 'bob',
    nick: 'root',
    sure: '0',
    ignore: '0',
  },
  ...{ passphrase: 'sesame opens', again: 'sesame opens', name: 'ours', announcement: 'hello', what: 'add' },
  ...{ fingerprint: 'ab'.repeat(20), key: 'ab'.repeat(20), accountjids: 'nobody@localhost' },
};

/** A field of a form, as a client has to show it. */
export interface ShownField {
  readonly name: string;
  readonly type: string;
  readonly label: string;
  /** What is filled in, to go on. */
  readonly given: string;
}

/** One command, with the forms that follow each other when they are filled in. */
export interface WalkedCommand {
  readonly to: string;
  readonly node: string;
  readonly title: string;
  readonly forms: readonly (readonly ShownField[])[];
}

/** What is looked at: an administrator in a room that the account has founded, with a SILC user beside. */
export interface LookedAt {
  readonly world: ScenarioWorld;
  readonly account: string;
  readonly room: string;
  readonly commands: readonly WalkedCommand[];
}

/** A world in which every command is offered. `LOOK_LANGUAGE=de` shows it in German. */
export async function withCommands(account: string, run: (looked: LookedAt) => Promise<void>): Promise<void> {
  const admins = [`${account}@localhost`];
  const config = { access: { admins }, history: { days: 30 }, http: { listen: '127.0.0.1:0' } };
  const world = await ScenarioWorld.start(sharedJabberServer('prosody'), { config });
  try {
    const beside = await world.user({ name: account, resource: 'beside' });
    const room = world.room('lounge');
    await beside.join(room, account);
    const bob = await world.native('bob');
    await bob.session.join('lounge');
    await beside.expect({ name: 'presence', from: `${room}/bob` });
    await inWords(beside, world.gw, `settings language ${process.env['LOOK_LANGUAGE'] ?? 'en'}`);
    const commands: WalkedCommand[] = [];
    for (const to of [world.gw, room]) {
      const titles = await titlesAt(beside, to);
      for (const node of await commandsAt(beside, to)) {
        commands.push({ to, node, title: titles.get(node) ?? '', forms: await formsOf(beside, to, node) });
      }
    }
    await run({ world, account, room, commands });
  } finally {
    await world.close();
  }
}

/** Name of the pictures of a command. */
export const pictureOf = ({ to, node }: WalkedCommand): string =>
  `${to.includes('@') ? 'room' : 'gateway'}-${node.replace(/^.*#/, 'admin-')}`;

async function titlesAt(user: JabberUser, to: string): Promise<ReadonlyMap<string, string>> {
  const query = xml('query', {
    xmlns: 'http://jabber.org/protocol/disco#items',
    node: 'http://jabber.org/protocol/commands',
  });
  const items = (await user.request(to, 'get', query)).getChild('query')?.getChildren('item') ?? [];
  return new Map(items.map(({ attrs }) => [attrs.node ?? '', attrs.name ?? '']));
}

async function formsOf(user: JabberUser, to: string, node: string): Promise<WalkedCommand['forms']> {
  const forms: (readonly ShownField[])[] = [];
  const given = { ...GIVEN, room: to.includes('@') ? to : `lounge@${to}` };
  try {
    let stage = await command(user, to, { node, action: 'execute' });
    while (stage.attrs.status === 'executing') {
      const fields = (stage.getChild('x', FORM)?.getChildren('field') ?? []).flatMap((field) =>
        shownField(field, given),
      );
      forms.push(fields);
      const sessionid = stage.attrs.sessionid ?? '';
      if (forms.length === MAX_STAGES) {
        await command(user, to, { node, sessionid, action: 'cancel' });
        break;
      }
      const values = Object.fromEntries(fields.map(({ name, given }) => [name, given]));
      stage = await command(user, to, { node, sessionid }, values);
    }
  } catch (error) {
    if (!(error instanceof StanzaError)) throw error;
  }
  return forms;
}

function shownField(field: Element, given: Values): readonly ShownField[] {
  const { var: name = '', type = 'text-single', label = '' } = field.attrs;
  if (type === 'hidden' || type === 'fixed') return [];
  const proposed = field
    .getChildren('value')
    .map((value) => value.getText())
    .join('\n');
  const options = field.getChildren('option').map((option) => option.getChildText('value') ?? '');
  const [first = ''] = options;
  const wanted = given[name];
  const isTaken = wanted !== undefined && (options.length === 0 || options.includes(wanted));
  return [{ name, type, label, given: isTaken ? wanted : proposed === '' ? first : proposed }];
}
