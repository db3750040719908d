import { equalBytes } from '../bytes.js';
import { ListAction, ListEntryType, maskEntry, maskOfEntry, type ListEntry } from '../commands/values.js';
import type { SilcPublicKey } from '../crypto/public-key.js';
import { SilcError } from '../errors.js';
import { decodeIdPayload, encodeIdPayload, type ClientId } from '../ids.js';
import { encodePayload } from '../packets/codec.js';
import { publicKeyPayload, PublicKeyType } from '../packets/public-key-payload.js';
import { Status } from '../status.js';
import { decodeKeyPayload } from './channel-proofs.js';
import { Refusal } from './refusal.js';
import { matchesMask, MAX_MASK_LENGTH, type MaskSubject } from '../masks.js';

/** Octets of one list: both lists of a channel, its keys and all its members have to fit into a reply of JOIN. */
const MAX_LIST_OCTETS = 4096;

/** A client as the lists see it. */
export interface ListedClient {
  readonly id: ClientId;
  readonly publicKey: SilcPublicKey;
  readonly maskSubject: MaskSubject;
}

/** Invite or ban list of a channel: masks, public keys and Client IDs. */
export class AccessList {
  readonly #entries: ListEntry[] = [];

  /** The list as replies carry it; undefined when it is empty. */
  get reply(): readonly ListEntry[] | undefined {
    return this.#entries.length === 0 ? undefined : [...this.#entries];
  }

  /** Adds or deletes. What is no possible entry is passed over, as with silcd. @throws Refusal when the list is full */
  edit(action: number, entries: readonly ListEntry[], limit: number): void {
    for (const given of entries) {
      const entry = usableEntry(given);
      if (entry === undefined) continue;
      if (action === ListAction.delete) this.#delete(entry);
      else this.#add(entry, limit);
    }
  }

  addClient(id: ClientId, limit = Number.POSITIVE_INFINITY): void {
    this.#add(clientEntry(id), limit);
  }

  deleteClient(id: ClientId): void {
    if (this.#entries.length > 0) this.#delete(clientEntry(id));
  }

  /** A client has another ID: what was said of it holds on, and not of whoever gets the old ID. */
  renameClient(oldId: ClientId, newId: ClientId): void {
    const at = this.#entries.length === 0 ? -1 : this.#find(clientEntry(oldId));
    if (at >= 0) this.#entries[at] = clientEntry(newId);
  }

  /** Whether an entry of any kind is about this client. */
  matches(client: ListedClient): boolean {
    const key = encodePayload(publicKeyPayload, {
      type: PublicKeyType.silc,
      data: client.publicKey.encoded,
    });
    const { data: id } = clientEntry(client.id);
    return this.#entries.some((entry) => {
      if (entry.type === ListEntryType.publicKey) return equalBytes(entry.data, key);
      if (entry.type === ListEntryType.clientId) return equalBytes(entry.data, id);
      return matchesMask(maskOfEntry(entry) ?? '', client.maskSubject);
    });
  }

  #add(entry: ListEntry, limit: number): void {
    if (this.#find(entry) >= 0) return;
    const octets = this.#entries.reduce((sum, { data }) => sum + data.length, entry.data.length);
    if (this.#entries.length >= limit || octets > MAX_LIST_OCTETS) throw new Refusal(Status.resourceLimit);
    this.#entries.push(entry);
  }

  #delete(entry: ListEntry): void {
    const at = this.#find(entry);
    if (at >= 0) this.#entries.splice(at, 1);
  }

  #find({ type, data }: ListEntry): number {
    return this.#entries.findIndex((kept) => kept.type === type && equalBytes(kept.data, data));
  }
}

const clientEntry = (id: ClientId): ListEntry => ({
  type: ListEntryType.clientId,
  data: encodeIdPayload({ type: 2, id }),
});

/** An entry that can be kept; masks without the NUL that some clients send behind them. */
function usableEntry(entry: ListEntry): ListEntry | undefined {
  if (entry.type === ListEntryType.publicKey) {
    return decodeKeyPayload(entry.data) === undefined ? undefined : entry;
  }
  if (entry.type === ListEntryType.clientId) return isClientId(entry.data) ? entry : undefined;
  const mask = maskOfEntry(entry);
  if (mask === undefined || mask === '' || mask.length > MAX_MASK_LENGTH || mask.includes(',')) {
    return undefined;
  }
  return maskEntry(mask);
}

function isClientId(data: Uint8Array): boolean {
  try {
    decodeIdPayload(data, 2);
    return true;
  } catch (error) {
    if (error instanceof SilcError) return false;
    throw error;
  }
}
