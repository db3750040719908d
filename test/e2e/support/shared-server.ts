import { inject } from 'vitest';
import {
  serverOf,
  slotDomain,
  type JabberServer,
  type JabberServerData,
  type JabberServerKind,
} from './jabber-server.js';

declare module 'vitest' {
  interface ProvidedContext {
    readonly prosody: JabberServerData;
    readonly ejabberd: JabberServerData;
  }
}

/** The server that all tests of the run share (see global-setup.ts). Do not stop it. */
export function sharedJabberServer(kind: JabberServerKind): JabberServer {
  return serverOf(inject(kind));
}

/** The component domain that belongs to this test worker: no other worker attaches to it. */
export function gatewayDomain(): string {
  return slotDomain(Number(process.env.VITEST_POOL_ID ?? '1'));
}
