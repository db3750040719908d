/** The types of the engine's API for whoever stands outside of `src/silc/client`; inside, each file imports those it needs. */
export type { KeyPair } from '../crypto/key-pair.js';
export type { ConnectionAuth } from '../ke/connection-auth.js';
export type { AlgorithmProposal } from '../ke/negotiation.js';
export type * from './api/channels.js';
export type * from './api/events.js';
export type * from './api/key-agreements.js';
export type * from './api/lookup.js';
export type * from './api/messages.js';
export type * from './api/network.js';
export type * from './api/presence.js';
export type * from './api/session.js';
