import { concat } from '../bytes.js';
import { SilcError } from '../errors.js';
import { encodeMime, mimeField, parseMime, type MimeEntity } from './mime.js';
import { type Clock, monotonicMs } from '../../util/clock.js';

/** What a `message/partial` entity says about itself. */
export interface FragmentInfo {
  /** Names the message that it is a part of; globally unique by its sender's care only. */
  readonly id: string;
  /** From 1. */
  readonly number: number;
  /** Told by the last one only. */
  readonly total: number | undefined;
}

/** Fragments of one message that are taken: at the size that senders make it is several MiB. */
const MAX_FRAGMENTS = 256;

/** Fragment header of an entity; undefined when it is no fragment. @throws SilcError `malformed` when it is a bad one */
export function fragmentInfo(entity: MimeEntity): FragmentInfo | undefined {
  const contentType = mimeField(entity, 'Content-Type') ?? '';
  if (!/^message\/partial\b/i.test(contentType)) return undefined;
  const id = /;\s*id="?([^";]+)"?/i.exec(contentType)?.[1];
  const number = numberOf(contentType, 'number');
  const total = numberOf(contentType, 'total');
  const last = total ?? MAX_FRAGMENTS;
  if (id === undefined || number === undefined || number < 1 || number > last || last > MAX_FRAGMENTS) {
    throw new SilcError('malformed', 'MIME fragment without id or a possible number');
  }
  return { id, number, total };
}

function numberOf(contentType: string, name: string): number | undefined {
  const digits = new RegExp(`;\\s*${name}="?(\\d{1,6})\\b`, 'i').exec(contentType)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * Cuts an encoded entity into fragments of at most `size` octets of it each (their headers come on top). One that fits
 * stays whole.
 * @param id globally unique, without quotes
 * @throws SilcError `limit` when there would be more fragments than receivers take
 */
export function fragmentMime(encoded: Uint8Array, size: number, id: string): readonly Uint8Array[] {
  if (encoded.length <= size) return [encoded];
  const total = Math.ceil(encoded.length / size);
  if (total > MAX_FRAGMENTS) throw new SilcError('limit', `MIME message of ${total} fragments`);
  return Array.from({ length: total }, (_, i) => {
    const end = i + 1 === total ? `; total=${total}` : '';
    return encodeMime({
      fields: [
        { name: 'Content-Type', value: `message/partial; id="${id}"; number=${i + 1}${end}` },
        { name: 'MIME-Version', value: '1.0' },
      ],
      body: encoded.subarray(i * size, (i + 1) * size),
    });
  });
}

interface Assembly<Tag> {
  readonly bodies: Map<number, Uint8Array>;
  readonly tags: Tag[];
  /** When its first fragment came. */
  readonly since: number;
  octets: number;
  total: number | undefined;
}

/** Bounds of an assembler. Defaults: 1 MiB in all, 16 unfinished messages, any time. */
export interface AssemblerLimits {
  readonly octets?: number;
  readonly messages?: number;
  /** How long a message may be unfinished, in milliseconds. */
  readonly ageMs?: number;
}

/** A message put together, and what was told of each of its fragments. */
export interface AssembledMime<Tag> {
  readonly octets: Uint8Array;
  readonly tags: readonly Tag[];
}

/**
 * Puts fragments together again, in any order. What does not become complete is dropped when room is needed, the
 * oldest message first, and when it has waited too long. One assembler per sender: ids are the sender's.
 */
export class MimeAssembler<Tag = undefined> {
  readonly #unfinished = new Map<string, Assembly<Tag>>();
  readonly #maxOctets: number;
  readonly #maxMessages: number;
  readonly #ageMs: number;
  readonly #now: Clock;
  #octets = 0;

  /** @param now clock in milliseconds */
  constructor(limits: AssemblerLimits = {}, now: Clock = monotonicMs) {
    this.#ageMs = limits.ageMs ?? Number.POSITIVE_INFINITY;
    this.#now = now;
    this.#maxOctets = limits.octets ?? 1024 * 1024;
    this.#maxMessages = limits.messages ?? 16;
  }

  /** Octets of fragments that are kept. */
  get octets(): number {
    return this.#octets;
  }

  /**
   * Takes one entity. An entity that is no fragment comes back as it is, the last missing fragment gives the whole
   * message, all others undefined.
   * @throws SilcError `malformed` when the fragment, or the message put together, is none
   */
  add(this: MimeAssembler, entity: MimeEntity): MimeEntity | undefined {
    const info = fragmentInfo(entity);
    if (info === undefined) return entity;
    const assembled = this.collect(info, entity.body, undefined);
    return assembled === undefined ? undefined : parseMime(assembled.octets);
  }

  /** Takes the body of one fragment: the last missing one gives the octets of the whole message. */
  collect(info: FragmentInfo, body: Uint8Array, tag: Tag): AssembledMime<Tag> | undefined {
    this.expire();
    const assembly = this.#unfinished.get(info.id) ?? {
      bodies: new Map<number, Uint8Array>(),
      tags: [],
      since: this.#now(),
      octets: 0,
      total: undefined,
    };
    this.#unfinished.set(info.id, assembly);
    if (!assembly.bodies.has(info.number)) {
      assembly.tags.push(tag);
      assembly.bodies.set(info.number, new Uint8Array(body));
      assembly.octets += body.length;
      this.#octets += body.length;
    }
    assembly.total ??= info.total;
    const whole = this.#complete(assembly);
    if (whole !== undefined) this.#drop(info.id);
    this.#makeRoom();
    return whole === undefined ? undefined : { octets: whole, tags: assembly.tags };
  }

  /** Drops what has waited too long. */
  expire(): void {
    const oldest = this.#now() - this.#ageMs;
    for (const [id, { since }] of this.#unfinished) if (since < oldest) this.#drop(id);
  }

  #complete({ bodies, total }: Assembly<Tag>): Uint8Array | undefined {
    if (total === undefined) return undefined;
    const parts: Uint8Array[] = [];
    for (let number = 1; number <= total; number++) {
      const body = bodies.get(number);
      if (body === undefined) return undefined;
      parts.push(body);
    }
    return concat(...parts);
  }

  #makeRoom(): void {
    for (const id of this.#unfinished.keys()) {
      if (this.#octets <= this.#maxOctets && this.#unfinished.size <= this.#maxMessages) return;
      this.#drop(id);
    }
  }

  #drop(id: string): void {
    this.#octets -= this.#unfinished.get(id)?.octets ?? 0;
    this.#unfinished.delete(id);
  }
}
