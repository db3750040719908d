import { z } from '../../util/zod.js';
import type { Config } from '../../app/config/load.js';
import { linkOptionsOf } from '../../app/link-options.js';
import { createComponentLink } from '../../component/link.js';
import { Deferred } from '../../util/deferred.js';
import { withDeadline } from '../../util/race.js';

/** How long the handshake may take, from the TCP connection on. */
const HANDSHAKE_MS = 15_000;
const CLOSE_MS = 2_000;
const HEALTH_MS = 3_000;

/** What was found out, in lines for the operator. */
export interface Finding {
  readonly isGood: boolean;
  readonly lines: readonly string[];
}

/**
 * Attaches to the Jabber server as the gateway does, and leaves at once.
 * @param holder the gateway that has the store open. Then nothing is tried: it has the domain, and some Jabber servers would take the
 * domain from it, others share its stanzas with whoever tries.
 */
export async function probeJabberServer(config: Config, holder: string | undefined): Promise<Finding> {
  const { domain, host, port } = config.component;
  const place = `Jabber server ${host}:${port}`;
  if (holder !== undefined) {
    const health = await healthOf(config);
    return {
      isGood: health?.isAttached !== false,
      lines: [
        `${place}: not tried, ${domain} belongs to the gateway that runs (${holder})`,
        `  ${health?.text ?? 'whether it is attached is told by /healthz, where http.listen is set'}`,
      ],
    };
  }
  try {
    await handshake(config);
    return { isGood: true, lines: [`${place}: takes ${domain} with this secret`] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { isGood: false, lines: [`${place}: ${reason.replace(/^not attached: /, '')}`] };
  }
}

/** @throws the reason why the first attempt fails */
async function handshake(config: Config): Promise<void> {
  const failed = new Deferred<never>();
  // The link tries again for ever, and tells the log why.
  const onFailure = (_fields: object, text: string): void => failed.reject(new Error(text));
  const ignore = (): void => undefined;
  const link = createComponentLink({
    ...linkOptionsOf(config),
    log: { debug: ignore, info: ignore, warn: onFailure, error: onFailure },
    failFast: true,
  });
  try {
    const attached = Promise.race([link.start(), failed.promise]);
    await withDeadline(attached, HANDSHAKE_MS, () => new Error('it did not answer in time'));
  } finally {
    await link.stop(CLOSE_MS);
  }
}

const healthAnswer = z.looseObject({ component: z.string() });

/** What the gateway that runs says of its link. */
async function healthOf({
  http,
}: Config): Promise<{ readonly isAttached: boolean; readonly text: string } | undefined> {
  if (http.listen === undefined) return undefined;
  try {
    const answer = await fetch(`http://${http.listen}/healthz`, { signal: AbortSignal.timeout(HEALTH_MS) });
    const isAttached = healthAnswer.parse(await answer.json()).component === 'online';
    return { isAttached, text: `it says that it is ${isAttached ? 'attached' : 'NOT attached'}` };
  } catch {
    return { isAttached: false, text: `it does not answer at http://${http.listen}/healthz` };
  }
}
