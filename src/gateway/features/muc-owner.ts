import { type Element, StanzaError, xml } from '../../component/stanza.js';
import { Namespace } from '../../mapping/namespaces.js';
import { type ChannelSettings, readSettingsForm, settingsForm } from '../../mapping/room-form.js';
import { ChannelMode, ChannelUserMode, FOUNDER_CHANNEL_MODES } from '../../silc/modes.js';
import { destroyRoom } from './muc-destroy.js';
import type { FeatureParts } from './parts.js';
import { type Feature, inRoom, type RoomRequest } from '../feature.js';
import { multiUserChat } from '../spec.js';

const xmlns = Namespace.mucOwner;

/** The configuration of a room: the modes of its channel. */
export const mucOwner = (parts: FeatureParts): Feature => ({
  name: 'configuration of a room',
  specs: [
    multiUserChat(
      '10: configuration form, instant and reserved rooms, destroying',
      [xmlns, Namespace.dataForm],
      'locking a room until it is configured: a channel of SILC is there for all from its first join to its last leave',
    ),
  ],
  iq: [
    {
      type: 'get',
      xmlns,
      ...inRoom('channel', 'forbidden', (request) => {
        checkRights(request);
        return xml('query', { xmlns }, settingsForm(settingsOf(request)));
      }),
    },
    {
      type: 'set',
      xmlns,
      errors: 'configuration',
      ...inRoom('channel', 'forbidden', (request, query: Element) => configure(parts, request, query)),
    },
  ],
});

const settingsOf = ({ channel: { displayName: name, mode, userLimit } }: RoomRequest): ChannelSettings => ({
  name,
  mode,
  userLimit,
});

function checkRights({ room }: RoomRequest): void {
  const mode = room.self?.mode ?? 0;
  if ((mode & (ChannelUserMode.founder | ChannelUserMode.operator)) !== 0) return;
  throw new StanzaError('auth', 'forbidden', 'Only founder and operators may configure the channel.');
}

async function configure(parts: FeatureParts, request: RoomRequest, query: Element): Promise<undefined> {
  const destroy = query.getChild('destroy');
  if (destroy !== undefined) {
    await destroyRoom(parts, request, destroy);
    return;
  }
  checkRights(request);
  const form = query.getChild('x', Namespace.dataForm);
  if (form === undefined) throw new StanzaError('modify', 'bad-request', 'There is no form.');
  if (form.attrs.type === 'cancel') await cancel(parts, request);
  else await submit(request, form);
}

/** Who founds a room and does not want it after all (XEP-0045, 10.1.3): it ends, unless somebody else is there already. */
async function cancel(parts: FeatureParts, request: RoomRequest): Promise<void> {
  const { channel } = request;
  const isAlone = channel.occupants.size === 1;
  if (channel.isUnconfigured && isAlone) await destroyRoom(parts, request, xml('destroy'));
}

async function submit(request: RoomRequest, form: Element): Promise<void> {
  const { room, silc, channel, channelId } = request;
  const result = readSettingsForm(form, settingsOf(request));
  if (result.kind === 'bad') throw new StanzaError('modify', 'not-acceptable', result.reason);
  channel.isUnconfigured = false;
  if (result.kind === 'cancel' || result.change === undefined) return;
  const { change } = result;
  const isNewPassphrase = change.passphrase !== undefined && (channel.mode & ChannelMode.passphrase) !== 0;
  // A passphrase that is set already cannot be replaced, only removed and set anew.
  const steps = isNewPassphrase ? [{ clear: ChannelMode.passphrase }, change] : [change];
  const { set = 0, clear = 0 } = change;
  const isFounders = ((set | clear) & FOUNDER_CHANNEL_MODES) !== 0;
  if (isFounders) await channel.ownership.ensureFounder(room);
  else await channel.ownership.ensureOperator(room);
  for (const step of steps) await silc.setChannelMode(channelId, step);
  if (change.passphrase === undefined) return;
  room.passphrase = change.passphrase;
  channel.rights.passphraseSet(change.passphrase);
}
