import type { Jid } from '../component/jid.js';
import { type Element, StanzaError, xml } from '../component/stanza.js';
import type { ChannelAddress } from '../mapping/address.js';
import { Namespace } from '../mapping/namespaces.js';
import { readSettingsForm, settingsForm } from '../mapping/room-form.js';
import type { Channel, SilcSession } from '../silc/client/types.js';
import { ChannelMode, ChannelUserMode } from '../silc/modes.js';
import { refusable } from './failures.js';
import type { Room } from './room.js';
import type { Users } from './users.js';

/** The configuration of a room: the modes of its channel (XEP-0045, 10). */
export class RoomOwner {
  readonly #users: Users;

  constructor(users: Users) {
    this.#users = users;
  }

  async handle(isSet: boolean, query: Element, from: Jid, to: ChannelAddress): Promise<Element | undefined> {
    const room = this.#users.joinedRoom(from, to);
    if (room === undefined) throw new StanzaError('auth', 'forbidden', 'You are not in this room.');
    const { silc, channel } = await room.whenJoined();
    const mode = channel.members.get(silc.self.clientId)?.mode ?? 0;
    if ((mode & (ChannelUserMode.founder | ChannelUserMode.operator)) === 0) {
      throw new StanzaError('auth', 'forbidden', 'Only founder and operators may configure the channel.');
    }
    if (!isSet) return xml('query', { xmlns: Namespace.mucOwner }, settingsForm(channel));
    if (query.getChild('destroy') !== undefined) {
      throw new StanzaError('cancel', 'not-allowed', 'SILC channels end when the last user leaves.');
    }
    const form = query.getChild('x', Namespace.dataForm);
    if (form === undefined) throw new StanzaError('modify', 'bad-request', 'There is no form.');
    await submit(room, silc, channel, form);
    return undefined;
  }
}

async function submit(room: Room, silc: SilcSession, channel: Channel, form: Element): Promise<void> {
  const result = readSettingsForm(form, channel);
  if (result.kind === 'bad') throw new StanzaError('modify', 'not-acceptable', result.reason);
  if (result.kind === 'cancel' || result.change === undefined) return;
  const { change } = result;
  const isNewPassphrase = change.passphrase !== undefined && (channel.mode & ChannelMode.passphrase) !== 0;
  // A passphrase that is set already cannot be replaced, only removed and set anew.
  const steps = isNewPassphrase ? [{ clear: ChannelMode.passphrase }, change] : [change];
  for (const step of steps) await refusable('configuration', silc.setChannelMode(channel.id, step));
  if (change.passphrase !== undefined) room.passphrase = change.passphrase;
}
