import { commands, ListAction, ListEntryType, maskEntry, maskOfEntry } from '../../commands/index.js';
import type { BanRequest } from '../../commands/ban.js';
import type { CumodeRequest } from '../../commands/cumode.js';
import type { InviteRequest } from '../../commands/invite.js';
import type { ListEntry } from '../../commands/index.js';
import type { SilcPublicKey } from '../../crypto/public-key.js';
import { SilcError } from '../../errors.js';
import { decodeIdPayload, encodeIdPayload } from '../../ids.js';
import type { ChannelId } from '../../ids.js';
import { ChannelMode, ChannelUserMode } from '../../modes.js';
import { checkMask, joinedChannel, maskOf } from './channel-commands.js';
import { founderProof, keyPayload } from './channel-proofs.js';
import type { KeyPair } from '../../crypto/key-pair.js';
import type {
  AccessEntry,
  AccessListName,
  ChannelControl,
  ChannelPrivateKeyInfo,
  ChannelPrivateKeyOptions,
  ChannelSettings,
} from '../api/channels.js';
import type { UndecryptableReason } from '../api/messages.js';
import type { SessionContext } from '../context.js';
import { decodeKeyPayload } from '../messages/signatures.js';

/** Rights, lists and keys of the channels of one session. */
export class SessionChannels implements ChannelControl {
  readonly #context: SessionContext;
  readonly #checkOpen: () => void;
  readonly #undecryptable: Record<UndecryptableReason, number> = {
    'no-key': 0,
    'unsupported-cipher': 0,
    'no-private-key': 0,
    'other-private-key': 0,
    'wrong-key': 0,
    malformed: 0,
  };

  /** @param checkOpen throws SilcError `closed` when the session is over */
  constructor(context: SessionContext, checkOpen: () => void) {
    this.#context = context;
    this.#checkOpen = checkOpen;
  }

  get statistics(): ChannelControl['statistics'] {
    return { undecryptable: { ...this.#undecryptable } };
  }

  /** A message could not be read. */
  count(reason: UndecryptableReason): void {
    this.#undecryptable[reason]++;
  }

  async settings(id: ChannelId): Promise<ChannelSettings> {
    this.#checkOpen();
    const channel = joinedChannel(this.#context, id);
    const reply = await this.#context.queue.run(commands.cmode, () => ({ channelId: channel.id }), {
      channel: channel.name,
    });
    const { mode, founderKey, channelKeys = [] } = reply;
    // A standalone silcd does not tell the limit when it is asked.
    const limited = (mode & ChannelMode.userLimit) !== 0;
    return {
      mode,
      userLimit: limited ? (reply.userLimit ?? channel.userLimit) : undefined,
      founderKey: founderKey === undefined ? undefined : usableKey(founderKey),
      joinKeys: channelKeys.map(({ data }) => usableKey(data)).filter((key) => key !== undefined),
    };
  }

  async claimFounder(id: ChannelId, keyPair?: KeyPair): Promise<void> {
    this.#checkOpen();
    const context = this.#context;
    const { network, queue, backend } = context;
    const channel = joinedChannel(context, id);
    const request = (): CumodeRequest => {
      const { clientId } = network.self;
      const own = channel.ownMode ?? 0;
      return {
        channelId: channel.id,
        mode: maskOf(own | ChannelUserMode.founder | ChannelUserMode.operator),
        clientId,
        auth: founderProof(backend, keyPair ?? context.keyPair, clientId),
      };
    };
    await channel.modeTurns.run(() => queue.run(commands.cumode, request, { channel: channel.name }));
  }

  async entries(id: ChannelId, list: AccessListName): Promise<readonly AccessEntry[]> {
    this.#checkOpen();
    const channel = joinedChannel(this.#context, id);
    const command = list === 'ban' ? commands.ban : commands.invite;
    const reply = await this.#context.queue.run(command, () => ({ channelId: channel.id }), {
      channel: channel.name,
    });
    return (reply.entries ?? []).map(accessEntry);
  }

  async editEntries(
    id: ChannelId,
    list: AccessListName,
    action: 'add' | 'delete',
    entries: readonly AccessEntry[],
  ): Promise<readonly AccessEntry[]> {
    this.#checkOpen();
    const channel = joinedChannel(this.#context, id);
    if (entries.length === 0) throw new SilcError('usage', 'no entries to add or delete');
    const sent = entries.map(listEntry);
    const command = list === 'ban' ? commands.ban : commands.invite;
    const request = (): BanRequest & InviteRequest => ({
      channelId: channel.id,
      action: ListAction[action],
      entries: sent,
    });
    const reply = await this.#context.queue.run(command, request, { channel: channel.name });
    return (reply.entries ?? []).map(accessEntry);
  }

  setPrivateKey(
    id: ChannelId,
    name: string,
    secret: string | Uint8Array,
    options?: ChannelPrivateKeyOptions,
  ): void {
    this.#checkOpen();
    joinedChannel(this.#context, id).privateKeys.set(this.#context.backend, name, secret, options);
  }

  removePrivateKey(id: ChannelId, name: string): boolean {
    return joinedChannel(this.#context, id).privateKeys.remove(name);
  }

  selectPrivateKey(id: ChannelId, name: string): void {
    joinedChannel(this.#context, id).privateKeys.select(name);
  }

  privateKeys(id: ChannelId): readonly ChannelPrivateKeyInfo[] {
    return joinedChannel(this.#context, id).privateKeys.list();
  }
}

/** @throws SilcError `bad-string`, `limit`, `usage` */
function listEntry(entry: AccessEntry): ListEntry {
  switch (entry.kind) {
    case 'mask':
      checkMask(entry.mask);
      return maskEntry(entry.mask);
    case 'key':
      return { type: ListEntryType.publicKey, data: keyPayload(entry.key) };
    case 'client':
      return { type: ListEntryType.clientId, data: encodeIdPayload({ type: 2, id: entry.clientId }) };
    case 'other':
      throw new SilcError('usage', 'a list entry of an unknown kind cannot be sent');
  }
}

/** An entry of a reply. */
export function accessEntry(entry: ListEntry): AccessEntry {
  const { type, data } = entry;
  const mask = maskOfEntry(entry);
  if (mask !== undefined) return { kind: 'mask', mask };
  const key = type === ListEntryType.publicKey ? usableKey(data) : undefined;
  if (key !== undefined) return { kind: 'key', key };
  const clientId = type === ListEntryType.clientId ? legible(() => decodeIdPayload(data, 2)) : undefined;
  return clientId === undefined ? { kind: 'other', number: type, data } : { kind: 'client', clientId };
}

/** A key of a reply; undefined for one of an unknown type. */
export const usableKey = (payload: Uint8Array): SilcPublicKey | undefined =>
  legible(() => decodeKeyPayload(payload));

function legible<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SilcError) return undefined;
    throw error;
  }
}
