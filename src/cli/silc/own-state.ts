import type { OwnMultimediaOffer, UserAttribute, WatchTarget } from '../../silc/client/types.js';
import { LruMap } from '../../util/lru-map.js';

/** Own multimedia offers that can be ended; beyond, the least recently used one is forgotten. */
const MAX_OFFERS = 32;

/** What the user has set here, where the session only uses it. */
export interface OwnState {
  /** Messages are signed. */
  sign: { readonly channel: boolean; readonly msg: boolean };
  attributes: readonly UserAttribute[];
  /** By what it is called in lines. */
  readonly watches: Map<string, WatchTarget>;
  /** Of multimedia sessions, by the digests of their descriptions. */
  readonly offers: LruMap<string, OwnMultimediaOffer>;
}

export function newOwnState(): OwnState {
  return {
    sign: { channel: false, msg: false },
    attributes: [],
    watches: new Map(),
    offers: new LruMap(MAX_OFFERS),
  };
}
