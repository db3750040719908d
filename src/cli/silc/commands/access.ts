import type { AccessEntry, AccessListName, Channel } from '../../../silc/client/types.js';
import { base64, channelFields } from '../fields.js';
import { UsageError, type JsonObject } from '../item.js';
import { fingerprintOf, keyFields } from '../key-text.js';
import { publicKeyOf } from '../local-files.js';
import { type Command, line, type LineContext, type Parameter } from './command.js';
import { here, person, several } from './parameters.js';

/** An entry of an invite or ban list. */
const entry: Parameter<AccessEntry> = {
  usage: 'MASK|key:FILE|client:NICK',
  completes: 'person',
  read: (words) => {
    const typed = words.next();
    if (typed === undefined) throw new UsageError();
    const [, kind, value = ''] = /^(key|client):(.+)$/u.exec(typed) ?? [];
    if (kind === 'key') return async () => ({ kind, key: await publicKeyOf(value) });
    if (kind === 'client') {
      return async ({ people }) => ({ kind, clientId: (await people.find(value)).clientId });
    }
    return () => ({ kind: 'mask', mask: typed });
  },
};

/** The commands of one list. */
function commandsOf(list: AccessListName): readonly Command[] {
  const edit = (word: 'add' | 'del', summary: string): Command =>
    line(`${list} ${word}`)
      .takes(here)
      .takes(several(entry))
      .does(summary, async (context, channel, entries) => {
        if (entries.length === 0) throw new UsageError();
        const { channelControl } = context.session;
        const action = word === 'add' ? 'add' : 'delete';
        show(context, channel, await channelControl.editEntries(channel.id, list, action, entries));
      });
  const show = ({ printer }: LineContext, channel: Channel, entries: readonly AccessEntry[]): void =>
    printer.print({
      type: `${list}-list`,
      fields: { channel: channelFields(channel), entries: entries.map(fieldsOf) },
      lines: entries.length === 0 ? [`the ${list} list is empty`] : entries.map((one) => `  ${textOf(one)}`),
    });
  return [
    edit('add', `add to the ${list} list: nick[@server][!user[@host]], a public key, or one client`),
    edit('del', `delete from the ${list} list`),
    line(list === 'ban' ? 'ban' : 'invite list')
      .takes(here)
      .does(`show the ${list} list`, async (context, channel) =>
        show(context, channel, await context.session.channelControl.entries(channel.id, list)),
      ),
  ];
}

function fieldsOf(entry: AccessEntry): JsonObject {
  switch (entry.kind) {
    case 'mask':
    case 'client':
      return { ...entry };
    case 'key':
      return { kind: 'key', key: keyFields(entry.key) };
    case 'other':
      return { kind: 'other', number: entry.number, data: base64(entry.data) };
  }
}

function textOf(entry: AccessEntry): string {
  switch (entry.kind) {
    case 'mask':
      return entry.mask;
    case 'client':
      return `client ${entry.clientId}`;
    case 'key':
      return `key ${fingerprintOf(entry.key)} of ${entry.key.identifier.UN}`;
    case 'other':
      return `entry of type ${entry.number}, ${entry.data.length} octets`;
  }
}

const invite = line('invite')
  .takes(here)
  .takes(person())
  .does('invite somebody to the current channel', ({ session }, channel, user) =>
    session.invite(channel.id, user.clientId),
  );

export const access: readonly Command[] = [invite, ...commandsOf('invite'), ...commandsOf('ban')];
