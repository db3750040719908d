import { type Element, StanzaError, xml } from '../../component/stanza.js';
import { rankOf } from '../../mapping/affiliation.js';
import {
  type Configuration,
  type ConfigurationChange,
  configurationForm,
  readConfigurationForm,
} from '../../mapping/configuration-form.js';
import { Namespace } from '../../mapping/namespaces.js';
import { listedJids } from '../../mapping/room-admin.js';
import type { Channel as SilcChannel, ChannelModeChange } from '../../silc/client/types.js';
import { ChannelMode, FOUNDER_CHANNEL_MODES } from '../../silc/modes.js';
import { standingIn } from '../affiliations/standing.js';
import { Deeds } from '../affiliations/deeds.js';
import { putOutNonMembers } from '../affiliations/non-members.js';
import { JoinKeys, type KeysNow } from '../affiliations/join-keys.js';
import { AffiliationLists } from '../affiliations/lists.js';
import { anonymityConfigured } from '../channels/others-shown.js';
import { type Feature, inRoomOrAbsent, type RoomRequest } from '../feature.js';
import { multiUserChat } from '../spec.js';
import { AffiliationChanges } from '../affiliations/changes.js';
import { destroyRoom } from './muc-destroy.js';
import type { FeatureParts } from './parts.js';
import { text } from '../../text/text.js';

const xmlns = Namespace.mucOwner;

/**
 * The configuration of a room: the modes of its channel, and what the gateway keeps itself. Operators change what SILC lets them; what is
 * the founder's there, and what the gateway keeps, is the owners'. Occupants are told once of all that one form changes.
 */
export function mucOwner(parts: FeatureParts): Feature {
  const { context, people } = parts;
  const lists = new AffiliationLists(context, people);
  const changes = new AffiliationChanges(people);
  const deeds = new Deeds(people);
  const joinKeys = new JoinKeys(people, lists);

  async function present(request: RoomRequest): Promise<Configuration & { readonly keys: KeysNow }> {
    const { channel } = request;
    // The founder key of a channel that has just been made may still be on its way.
    await channel.rights.settled();
    const { displayName: name } = channel;
    const { mode, userLimit } = channel.configuration;
    const listed = async (affiliation: 'admin' | 'owner'): Promise<readonly string[]> =>
      listedJids(await lists.list(request, affiliation));
    const [admins, owners] = [await listed('admin'), await listed('owner')];
    const keys = await joinKeys.now(request);
    const mostDays = context.config.history.days;
    const kept = await context.settings.of(channel);
    return { name, mode, userLimit, kept, mostDays, keys, admins, owners };
  }

  async function configure(request: RoomRequest, query: Element): Promise<undefined> {
    const destroy = query.getChild('destroy');
    if (destroy !== undefined) {
      await destroyRoom(parts, request, destroy);
      return;
    }
    checkRights(request, 'admin');
    const form = query.getChild('x', Namespace.dataForm);
    if (form === undefined)
      throw new StanzaError(
        'modify',
        'bad-request',
        text(({ forms }) => forms.noForm),
      );
    if (form.attrs.type === 'cancel') await cancel(request);
    else await submit(request, form);
  }

  /** Who founds a room and does not want it after all (XEP-0045, 10.1.3): it ends, unless somebody else is there already. */
  async function cancel(request: RoomRequest): Promise<void> {
    const { channel } = request;
    const isAlone = channel.occupants.size === 1;
    if (channel.isUnconfigured && isAlone) await destroyRoom(parts, request, xml('destroy'));
  }

  async function submit(request: RoomRequest, form: Element): Promise<void> {
    const { channel, room } = request;
    const before = await present(request);
    const result = readConfigurationForm(form, before);
    if (result.kind === 'bad') throw new StanzaError('modify', 'not-acceptable', result.reason);
    channel.isUnconfigured = false;
    if (result.kind === 'cancel') return;
    const { change } = result;
    const { kept, admins, owners, isToLast } = change;
    if (change.joinKeys !== undefined) checkRights(request, 'owner');
    const keyChange = change.joinKeys && (await joinKeys.change(request, before.keys, change.joinKeys));
    const mode = keyChange === undefined ? change.mode : withChange(change.mode, keyChange.mode);
    const isFounders = (((mode?.set ?? 0) | (mode?.clear ?? 0)) & FOUNDER_CHANNEL_MODES) !== 0;
    const isOwners = isFounders || isToLast || isListed(change) || isMoreThanAlgorithms(before, change);
    if (isOwners) checkRights(request, 'owner');
    if (mode !== undefined || kept !== undefined || isToLast) {
      await channel.change(async () => {
        if (mode !== undefined) {
          await (isFounders ? channel.ownership.ensureFounder(room) : channel.ownership.ensureOperator(room));
          await setModes(request, mode);
          const isClosed = (mode.set ?? 0) & ~before.mode & ChannelMode.invite;
          if (isClosed !== 0) await putOutNonMembers(request, people, deeds);
          if (keyChange !== undefined) channel.rights.joinKeysSet(keyChange.all);
        }
        if (isToLast) await makeLast(request);
        if (kept !== undefined) await context.settings.keep(channel, kept);
        return silcChannelOf(request);
      });
      if (kept !== undefined) anonymityConfigured(context, channel, kept);
    }
    if (admins !== undefined) await changes.become(request, 'admin', before.admins, admins);
    if (owners !== undefined) await changes.become(request, 'owner', before.owners, owners);
  }

  return {
    name: 'configuration of a room',
    specs: [
      multiUserChat(
        '10: configuration form, destroying',
        [xmlns, Namespace.dataForm],
        'reserved rooms: a channel of SILC is there for all from its first join to its last leave',
      ),
    ],
    iq: [
      {
        type: 'get',
        xmlns,
        ...inRoomOrAbsent('any', async (request) => {
          checkRights(request, 'admin');
          return xml('query', { xmlns }, configurationForm(await present(request)));
        }),
      },
      { type: 'set', xmlns, errors: 'configuration', ...inRoomOrAbsent('self', configure) },
    ],
  };
}

function checkRights(request: RoomRequest, least: 'admin' | 'owner'): void {
  if (rankOf(standingIn(request).affiliation) >= rankOf(least)) return;
  throw new StanzaError(
    'auth',
    'forbidden',
    text(({ forms }) => (least === 'owner' ? forms.ownersOnly : forms.operatorsOnly)),
  );
}

const withChange = (one: ChannelModeChange | undefined, other: ChannelModeChange): ChannelModeChange => ({
  ...one,
  ...other,
  set: (one?.set ?? 0) | (other.set ?? 0),
  clear: (one?.clear ?? 0) | (other.clear ?? 0),
});

const isListed = ({ admins, owners }: ConfigurationChange): boolean =>
  admins !== undefined || owners !== undefined;

/** Names of algorithms follow modes that operators may set. */
function isMoreThanAlgorithms({ kept: before }: Configuration, { kept }: ConfigurationChange): boolean {
  if (kept === undefined) return false;
  const { cipher, hmac } = before;
  return JSON.stringify({ ...kept, cipher, hmac }) !== JSON.stringify({ ...before, cipher, hmac });
}

async function makeLast({ channel, room }: RoomRequest): Promise<void> {
  await channel.ownership.ensureFounder(room);
  await channel.rights.keepFor(room);
  if (channel.rights.founderKey !== undefined) return;
  throw new StanzaError(
    'cancel',
    'not-allowed',
    text(({ forms }) => forms.cannotLast),
  );
}

/** The channel as the user's own session has it. */
function silcChannelOf({ room, silc, channelId }: RoomRequest): SilcChannel {
  const channel = room.link?.silcChannel ?? silc.channels.get(channelId);
  if (channel !== undefined) return channel;
  throw new StanzaError(
    'wait',
    'recipient-unavailable',
    text(({ errors }) => errors.linkLost),
  );
}

/** A passphrase that is set already counts only after it was removed: meanwhile the channel is for invited users. */
async function setModes(
  { room, silc, channel, channelId }: RoomRequest,
  change: ChannelModeChange,
): Promise<void> {
  const { passphrase } = change;
  const isReplaced = passphrase !== undefined && (channel.mode & ChannelMode.passphrase) !== 0;
  if (isReplaced) {
    const isInvite = ((channel.mode | (change.set ?? 0)) & ~(change.clear ?? 0) & ChannelMode.invite) !== 0;
    await silc.setChannelMode(channelId, { set: ChannelMode.invite, clear: ChannelMode.passphrase });
    const clear = (change.clear ?? 0) | (isInvite ? 0 : ChannelMode.invite);
    await silc.setChannelMode(channelId, { ...change, clear });
  } else await silc.setChannelMode(channelId, change);
  if (passphrase === undefined) return;
  room.passphrase = passphrase;
  channel.rights.passphraseSet(passphrase);
}
