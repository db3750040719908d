import type { Jid } from '../component/jid.js';
import type { Element, StanzaErrorCondition } from '../component/stanza.js';
import type { ChannelAddress, GatewayAddress, OccupantAddress, UserAddress } from '../mapping/address.js';
import type { DiscoItem } from '../mapping/disco.js';
import type { MimeHandler } from '../mapping/mime/pieces.js';
import type { ErrorContext } from '../mapping/errors.js';
import type { ChannelId } from '../silc/ids.js';
import type { Channel } from './channels/channel.js';
import type { ChannelHooks } from './channels/hooks.js';
import type { FilePublisher } from './mime/file-publisher.js';
import type { Command } from './commands/command.js';
import type { ActsBy } from './rooms/acts-by.js';
import type { UserRoom } from './rooms/user-room.js';
import type { ChatSession } from './sessions/chat-session.js';
import type { Spec } from './spec.js';

interface Targets {
  readonly gateway: GatewayAddress;
  readonly channel: ChannelAddress;
  readonly occupant: OccupantAddress;
  readonly user: UserAddress;
}
/** What an address of the gateway stands for. */
export type TargetKind = keyof Targets;
/** Addresses in a room. */
export type RoomKind = 'channel' | 'occupant';
/** Kinds of message and presence; `available` is presence without a type, `normal` a message without one. */
export type MessageType = 'normal' | 'chat' | 'groupchat' | 'headline' | 'error';
export type PresenceType =
  | 'available'
  | 'unavailable'
  | 'error'
  | 'probe'
  | 'subscribe'
  | 'subscribed'
  | 'unsubscribe'
  | 'unsubscribed';

/** A stanza on its way through the gateway: allowed, with both addresses read. */
export interface Request<K extends TargetKind = TargetKind> {
  /** Its `to` is canonical. */
  readonly stanza: Element;
  readonly from: Jid;
  readonly to: Targets[K];
  /** Aborted when nobody waits for the answer any more: at the deadline of an iq, or when the gateway stops. */
  readonly signal: AbortSignal;
  /** `xml:lang` of the stanza, empty when it has none. */
  readonly lang: string;
}

/** A request of a client that is in the room. The room is held until the handler settles. */
export interface OccupantRequest<K extends RoomKind = RoomKind> extends Request<K> {
  readonly room: UserRoom;
}

/** The same, of a room with a link to SILC. */
export interface RoomRequest<K extends RoomKind = RoomKind> extends OccupantRequest<K> {
  readonly channel: Channel;
  readonly silc: ChatSession;
  /** The channel in commands of the session. */
  readonly channelId: ChannelId;
}

/** Taken whatever the sender has to do with the room. */
interface ToAddress<A extends readonly unknown[], R> {
  readonly to: readonly TargetKind[];
  readonly inRoom?: undefined;
  readonly asOccupant?: undefined;
  handle(request: Request, ...rest: A): R;
}
/** Taken from clients in the room only, also while the link to SILC is lost; the others get `notIn`. */
interface AsOccupant<A extends readonly unknown[], R> {
  readonly inRoom?: undefined;
  readonly absent?: undefined;
  readonly asOccupant: RoomKind;
  readonly notIn: StanzaErrorCondition;
  handle(request: OccupantRequest, ...rest: A): R;
}
/** The same, once there is a link. */
interface InRoom<A extends readonly unknown[], R> {
  readonly inRoom: RoomKind;
  readonly asOccupant?: undefined;
  readonly notIn: StanzaErrorCondition;
  /** Owners and admins who are not in the room have it, too: by whose session. */
  readonly absent?: ActsBy;
  handle(request: RoomRequest, ...rest: A): R;
}
type Handled<A extends readonly unknown[], R> = (ToAddress<A, R> | AsOccupant<A, R> | InRoom<A, R>) & {
  /** How a refusal by SILC is told; by default as of a query, a message or a join. */
  readonly errors?: ErrorContext;
};
/** Messages and presence: the first route that fits has it. One that no route wants is passed over in silence. */
type Picked<T> = Handled<readonly [], void | Promise<void>> & {
  /** Absent: every type but `error`. */
  readonly types?: readonly T[];
  /** Namespace of a child that the stanza must have. */
  readonly xmlns?: string;
  matches?(request: Request): boolean;
};

/** Answers an iq: the handler gets its one child, and gives that of the result, undefined for an empty one. */
export type IqRoute = Handled<
  readonly [child: Element],
  Element | undefined | Promise<Element | undefined>
> & {
  readonly type: 'get' | 'set';
  readonly xmlns: string;
};
export type MessageRoute = Picked<MessageType>;
export type PresenceRoute = Picked<PresenceType>;
export type Route = IqRoute | MessageRoute | PresenceRoute;

/** What a node of an address tells by discovery (XEP-0030). */
export interface DiscoNode {
  /** The `query` of disco#info. */
  readonly info: Element;
  readonly items: readonly DiscoItem[];
}

/** A capability of the gateway. Everything about it is here; `features/index.ts` is the table of all. */
export interface Feature {
  /** A short name, unique in the table. */
  readonly name: string;
  /** What it follows: docs/xeps.md and doap.xml are made of it (`npm run docs:xeps`). */
  readonly specs: readonly Spec[];
  /** Namespaces that an address of a kind advertises by disco#info. */
  readonly disco?: Partial<Record<TargetKind, readonly string[]>>;
  readonly iq?: readonly IqRoute[];
  readonly message?: readonly MessageRoute[];
  readonly presence?: readonly PresenceRoute[];
  /** Advertised namespaces without a route: they travel inside other stanzas. */
  readonly extensions?: readonly string[];
  /** What is at a node of an address; undefined where the node is none of the feature's. */
  discoNode?(request: Request, node: string): DiscoNode | undefined;
  /** What users can do by name. */
  readonly commands?: readonly Command[];
  /** What it does with that which is said on channels. */
  readonly channel?: ChannelHooks;
  /** What it makes of MIME messages from SILC, by content type. */
  readonly mime?: readonly MimeHandler[];
  /** Where it puts the files of messages from SILC. One feature at most has this. */
  readonly files?: FilePublisher;
  start?(): Promise<void>;
  /** Sections of the configuration are others than before: whatever is not read anew each time is read again. */
  reconfigured?(): Promise<void>;
  stop?(): Promise<void>;
}

/** The part of a route that ties the kinds of address to those its handler gets. */
export const addressedTo = <K extends TargetKind, A extends readonly unknown[], R>(
  to: readonly K[],
  handle: (request: Request<K>, ...rest: A) => R,
): { readonly to: readonly K[]; handle: typeof handle } => ({ to, handle });

/** The part of a route that wants the sender in the room, with or without a link to SILC. */
export const asOccupant = <K extends RoomKind, A extends readonly unknown[], R>(
  kind: K,
  notIn: StanzaErrorCondition,
  handle: (request: OccupantRequest<K>, ...rest: A) => R,
): { readonly asOccupant: K; readonly notIn: StanzaErrorCondition; handle: typeof handle } => ({
  asOccupant: kind,
  notIn,
  handle,
});

/** The part of a route that wants the sender in the room, and a link to SILC. */
export const inRoom = <K extends RoomKind, A extends readonly unknown[], R>(
  kind: K,
  notIn: StanzaErrorCondition,
  handle: (request: RoomRequest<K>, ...rest: A) => R,
): { readonly inRoom: K; readonly notIn: StanzaErrorCondition; handle: typeof handle } => ({
  inRoom: kind,
  notIn,
  handle,
});

/** The same, and owners and admins who are not in the room have it, too; nobody else. */
export const inRoomOrAbsent = <A extends readonly unknown[], R>(
  absent: ActsBy,
  handle: (request: RoomRequest<'channel'>, ...rest: A) => R,
): {
  readonly inRoom: 'channel';
  readonly notIn: StanzaErrorCondition;
  readonly absent: ActsBy;
  handle: typeof handle;
} => ({ ...inRoom('channel', 'forbidden', handle), absent });
