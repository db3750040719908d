import { commands, ListAction } from '../../commands/index.js';
import type { CmodeRequest } from '../../commands/cmode.js';
import { isCipherName, isHmacName } from '../../crypto/algorithms.js';
import { SilcCommandError, SilcError } from '../../errors.js';
import type { ChannelId } from '../../ids.js';
import { ChannelMode } from '../../modes.js';
import { decodeText } from '../../packets/text.js';
import { Status } from '../../status.js';
import { joinedChannel, maskOf } from './channel-commands.js';
import { founderProof, keyPayload } from './channel-proofs.js';
import { channelModeRefusal } from './channel-rights.js';
import type { SessionContext } from '../context.js';
import { checkNotEmpty } from '../limits.js';
import { type ForeignChange, type ForeignChanges, MAX_ATTEMPTS, merge } from './mode-turns.js';
import type { ChannelRecord } from '../channel-record.js';
import type { ChannelModeChange } from '../api/channels.js';

/** Modes whose argument counts only when they are not set yet. */
const onceOnly = {
  passphrase: ChannelMode.passphrase,
  cipher: ChannelMode.cipher,
  hmac: ChannelMode.hmac,
} as const;

/** Arguments, and the mode that each belongs to. */
const argumentModes: readonly (readonly [keyof ChannelModeChange, number])[] = [
  ['passphrase', ChannelMode.passphrase],
  ['cipher', ChannelMode.cipher],
  ['hmac', ChannelMode.hmac],
  ['userLimit', ChannelMode.userLimit],
  ['founderKey', ChannelMode.founderAuth],
  ['joinKeys', ChannelMode.channelAuth],
];

/** Changes the modes of a channel and keeps what others change meanwhile. */
export function setChannelMode(
  context: SessionContext,
  id: ChannelId,
  change: ChannelModeChange,
): Promise<void> {
  const channel = joinedChannel(context, id);
  checkChange(change);
  return channel.modeTurns.run(() => changeChannel(context, channel, change));
}

/** @throws SilcError `usage`, `bad-string` */
function checkChange(change: ChannelModeChange): void {
  const { set = 0, passphrase, cipher, hmac, userLimit } = change;
  // silcd says that all is well and passes over it.
  for (const [name, bit] of argumentModes) {
    if (change[name] !== undefined && (set & bit) === 0) {
      throw new SilcError('usage', `${name} without its channel mode`);
    }
  }
  if (passphrase !== undefined) checkNotEmpty(passphrase, 'channel passphrase');
  // Likewise, where the mode is set already, whatever the name.
  if (cipher !== undefined && !isCipherName(cipher)) throw new SilcError('usage', 'unknown cipher');
  if (hmac !== undefined && !isHmacName(hmac)) throw new SilcError('usage', 'unknown HMAC');
  if (userLimit !== undefined && !(Number.isInteger(userLimit) && userLimit > 0 && userLimit < 2 ** 32)) {
    throw new SilcError('usage', 'not a number of users');
  }
}

async function changeChannel(
  context: SessionContext,
  channel: ChannelRecord,
  change: ChannelModeChange,
): Promise<void> {
  const { queue } = context;
  const { set = 0, clear = 0 } = change;
  let foreign: ForeignChanges | undefined;
  const first = replaced(channel, change);
  if (first !== 0) {
    const compose = (mode: number): Omit<CmodeRequest, 'channelId'> => {
      foreign = channel.modeTurns.watch();
      return { mode: maskOf(mode & ~first) };
    };
    await send(context, channel, compose).catch((error: unknown) => {
      // Refused because of a race it is made again below; the mode is cleared there as far as it still is set.
      if (foreign?.channel === undefined || !isRaceRefusal(error)) throw error;
    });
  }
  for (let n = 1; n <= MAX_ATTEMPTS; n++) {
    let known: ForeignChange | undefined;
    const compose = (mode: number): Omit<CmodeRequest, 'channelId'> => {
      foreign ??= channel.modeTurns.watch();
      known = foreign.channel;
      // Founder authentication that somebody else has set would need the proof of the other.
      const wish = merge(mode, known, change, ChannelMode.founderAuth);
      const again = restored(foreign.notifies, wish & ~mode);
      return { ...argumentsOf(context, change, mode), ...again, mode: wish };
    };
    try {
      await send(context, channel, compose);
    } catch (error) {
      // The mask was composed of rights or modes that were not the newest.
      const raced = foreign !== undefined && foreign.channel !== known && n < MAX_ATTEMPTS;
      if (!raced || !isRaceRefusal(error)) throw error;
      continue;
    }
    const theirs = foreign?.channel;
    if (theirs === undefined || theirs === known) return;
    const { mode } = await queue.run(commands.cmode, () => ({ channelId: channel.id }), {
      channel: channel.name,
    });
    if (mode === merge(mode, theirs, { set, clear }, ChannelMode.founderAuth)) return;
  }
}

/** Modes that have to be cleared first, because a new argument would count for nothing. */
function replaced(channel: ChannelRecord, change: ChannelModeChange): number {
  const { set = 0 } = change;
  const given =
    (change.passphrase === undefined ? 0 : onceOnly.passphrase) |
    (change.cipher === undefined ? 0 : onceOnly.cipher) |
    (change.hmac === undefined ? 0 : onceOnly.hmac);
  return given & set & channel.mode;
}

async function send(
  { queue }: SessionContext,
  channel: ChannelRecord,
  compose: (mode: number) => Omit<CmodeRequest, 'channelId'>,
): Promise<void> {
  const request = (): CmodeRequest => {
    const composed = compose(channel.mode);
    const refusal = channelModeRefusal(channel, composed.mode ?? channel.mode);
    if (refusal !== undefined) throw refusal;
    return { channelId: channel.id, ...composed };
  };
  await queue.run(commands.cmode, request, { channel: channel.name });
}

/** Missing rights, or a mode that somebody has cleared meanwhile and that now lacks its argument. */
function isRaceRefusal(error: unknown): boolean {
  const statuses: readonly number[] = [
    Status.noChannelPriv,
    Status.noChannelFounderPriv,
    Status.notEnoughParams,
  ];
  return error instanceof SilcCommandError && statuses.includes(error.status);
}

/** Arguments of the modes that a change sets. */
function argumentsOf(
  { backend, keyPair, network }: SessionContext,
  change: ChannelModeChange,
  mode: number,
): Partial<CmodeRequest> {
  const { set = 0, userLimit, passphrase, cipher, hmac, founderKey, joinKeys } = change;
  const proves = (set & ChannelMode.founderAuth) !== 0;
  const needsProof = proves && (founderKey !== undefined || (mode & ChannelMode.founderAuth) === 0);
  const keys = [
    ...(joinKeys?.add ?? []).map((key) => ({ type: ListAction.add, data: keyPayload(key) })),
    ...(joinKeys?.delete ?? []).map((key) => ({ type: ListAction.delete, data: keyPayload(key) })),
  ];
  return {
    userLimit,
    passphrase,
    cipher,
    hmac,
    auth: needsProof ? founderProof(backend, founderKey ?? keyPair, network.self.clientId) : undefined,
    founderKey: proves && founderKey !== undefined ? keyPayload(founderKey.publicKey) : undefined,
    channelKeys: keys.length === 0 ? undefined : keys,
  };
}

/** Arguments with which others have set modes that are to be set once more. */
function restored(theirs: ForeignChanges['notifies'], added: number): Partial<CmodeRequest> {
  const has = (bit: number): boolean => (added & bit) !== 0;
  const last = theirs.reduce<Partial<CmodeRequest>>(
    (known, { userLimit, passphrase, cipher, hmac, channelKeys }) => ({
      userLimit: userLimit ?? known.userLimit,
      passphrase: passphrase === undefined ? known.passphrase : decodeText(passphrase),
      cipher: cipher ?? known.cipher,
      hmac: hmac ?? known.hmac,
      channelKeys: channelKeys ?? known.channelKeys,
    }),
    {},
  );
  return {
    ...(has(ChannelMode.userLimit) && last.userLimit !== undefined ? { userLimit: last.userLimit } : {}),
    ...(has(ChannelMode.passphrase) && last.passphrase !== undefined ? { passphrase: last.passphrase } : {}),
    ...(has(ChannelMode.cipher) && last.cipher !== undefined ? { cipher: last.cipher } : {}),
    ...(has(ChannelMode.hmac) && last.hmac !== undefined ? { hmac: last.hmac } : {}),
    ...(has(ChannelMode.channelAuth) && last.channelKeys !== undefined
      ? { channelKeys: last.channelKeys }
      : {}),
  };
}
