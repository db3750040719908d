import { SilcError } from '../errors.js';
import type { DirectionKeys, PacketDecoder, PacketEncoder } from '../frame.js';
import { PacketType } from '../packets/packet-type.js';
import { Rekey, type RekeyAction, type RekeyOptions } from './rekey.js';
import { RekeyTrigger, type RekeyPolicy } from './rekey-trigger.js';
import { wipeDirection } from './session-keys.js';
import { TokenBucket } from '../../util/token-bucket.js';

/** What a rekey needs of its connection. */
export interface RekeyPort {
  readonly encoder: PacketEncoder;
  readonly decoder: PacketDecoder;
  /** Sends a packet with the connection's addresses, encoded at once. */
  readonly transmit: (type: number, payload: Uint8Array) => void;
  /** Whether a rekey may be started without being asked. */
  readonly mayStart: () => boolean;
  /** Whether the peer's answer is not read at present. */
  readonly heldBack: () => boolean;
  /** Ends the connection. */
  readonly fail: (error: unknown) => void;
  /** A rekey has begun here: the peer's answer is wanted. */
  readonly started: () => void;
  /** A rekey is complete: both directions have their new keys. */
  readonly completed: () => void;
}

export interface RekeyRunnerOptions {
  readonly policy: RekeyPolicy;
  /** Deadline of one rekey in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * A rekey with PFS costs its responder milliseconds and its initiator nothing, if that one takes a degenerate secret. So
 * many may follow each other at once, and one more for each interval; real peers start one an hour.
 */
const PEER_REKEYS = { burst: 60, perSecond: 0.1 };

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Runs the rekeys of a connection: applies what {@link Rekey} decides, keeps the deadline and the triggers. */
export class RekeyRunner {
  readonly #rekey: Rekey;
  readonly #port: RekeyPort;
  readonly #options: RekeyRunnerOptions;
  readonly #sent: RekeyTrigger;
  readonly #received: RekeyTrigger;
  #waiters: Waiter[] = [];
  /** Whether it was time for a rekey while the peer was not read. */
  #due = false;
  #completed = 0;
  readonly #peerRekeys = new TokenBucket(PEER_REKEYS);
  #intervalTimer: NodeJS.Timeout | undefined;
  #deadlineTimer: NodeJS.Timeout | undefined;

  constructor(rekey: RekeyOptions, port: RekeyPort, options: RekeyRunnerOptions) {
    this.#rekey = new Rekey(rekey);
    this.#port = port;
    this.#options = options;
    this.#sent = new RekeyTrigger(options.policy, port.encoder.sequence);
    this.#received = new RekeyTrigger(options.policy, port.decoder.sequence);
    this.#armInterval();
  }

  get active(): boolean {
    return this.#rekey.active;
  }

  /** Completed rekeys. */
  get completed(): number {
    return this.#completed;
  }

  /** Starts a rekey, or joins the one under way; resolves when it is complete, rejects when the connection ends. */
  start(): Promise<void> {
    const done = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    try {
      this.#apply(this.#rekey.start());
      this.#port.started();
    } catch (error) {
      this.#port.fail(error);
    }
    return done;
  }

  /** A REKEY, REKEY_DONE, KEY_EXCHANGE_1 or KEY_EXCHANGE_2 of the peer. @throws what ends the connection */
  receive(type: number, payload: Uint8Array): void {
    if (type === PacketType.rekey) this.#countPeerStart();
    this.#apply(this.#rekey.receive(type, payload));
  }

  /** The peer is read again: a rekey that was due meanwhile begins. */
  resumed(): void {
    if (this.#due) this.#startByPolicy();
  }

  countSent(octets: number): void {
    if (this.#sent.count(octets, this.#port.encoder.sequence)) this.#startByPolicy();
  }

  countReceived(octets: number): void {
    if (this.#received.count(octets, this.#port.decoder.sequence)) this.#startByPolicy();
  }

  /** The connection has ended: timers are cleared, secrets wiped, and who waits is told. */
  end(error: SilcError): void {
    clearTimeout(this.#intervalTimer);
    clearTimeout(this.#deadlineTimer);
    this.#rekey.wipe();
    for (const waiter of this.#takeWaiters()) waiter.reject(error);
  }

  #apply(actions: readonly RekeyAction[]): void {
    for (const action of actions) {
      switch (action.kind) {
        case 'send':
          this.#port.transmit(action.type, action.payload);
          break;
        case 'send-keys':
          switchKeys(this.#port.encoder, action.keys);
          break;
        case 'receive-keys':
          switchKeys(this.#port.decoder, action.keys);
          break;
        case 'done':
          this.#complete();
          break;
      }
    }
    if (this.#rekey.active) this.#armDeadline();
  }

  #complete(): void {
    clearTimeout(this.#deadlineTimer);
    this.#deadlineTimer = undefined;
    this.#completed++;
    this.#due = false;
    this.#sent.reset(this.#port.encoder.sequence);
    this.#received.reset(this.#port.decoder.sequence);
    this.#armInterval();
    for (const waiter of this.#takeWaiters()) waiter.resolve();
    this.#port.completed();
  }

  #startByPolicy(): void {
    this.#due = this.#port.heldBack();
    if (this.#due || this.#rekey.active || !this.#port.mayStart()) return;
    // Where it fails it ends the connection; whoever sends or receives is told.
    this.start().catch(() => undefined);
  }

  /** @throws SilcError `limit` when the peer starts rekeys without end */
  #countPeerStart(): void {
    if (!this.#peerRekeys.take()) throw new SilcError('limit', 'the peer starts too many rekeys');
  }

  #armInterval(): void {
    clearTimeout(this.#intervalTimer);
    const { intervalMs } = this.#options.policy;
    if (intervalMs === undefined) return;
    this.#intervalTimer = setTimeout(() => {
      this.#startByPolicy();
    }, intervalMs);
    this.#intervalTimer.unref();
  }

  #armDeadline(): void {
    if (this.#deadlineTimer !== undefined) return;
    const { timeoutMs } = this.#options;
    this.#deadlineTimer = setTimeout(() => {
      this.#deadlineTimer = undefined;
      if (this.#port.heldBack()) {
        this.#armDeadline();
        return;
      }
      this.#port.fail(new SilcError('timeout', `rekey took longer than ${timeoutMs} ms`));
    }, timeoutMs);
    this.#deadlineTimer.unref();
  }

  #takeWaiters(): readonly Waiter[] {
    const waiters = this.#waiters;
    this.#waiters = [];
    return waiters;
  }
}

function switchKeys(coder: PacketEncoder | PacketDecoder, keys: DirectionKeys): void {
  coder.setKeys(keys);
  wipeDirection(keys);
}
