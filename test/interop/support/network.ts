import { openTarget, type Target } from './target.js';

/** Two servers of one network, or twice the same server where there is none. */
export interface TargetNetwork {
  /** Named by `SILC_INTEROP_ROUTER`, and by `SILC_INTEROP_LINKED`. */
  readonly router: Target;
  readonly linked: Target;
  /** False: both are the same embedded server. */
  readonly live: boolean;
  quitAll(): Promise<void>;
  close(): Promise<void>;
}

export async function openNetwork(): Promise<TargetNetwork> {
  const live = [process.env['SILC_INTEROP_ROUTER'], process.env['SILC_INTEROP_LINKED']].every(
    (value) => value !== undefined && value !== '',
  );
  if (!live) {
    console.log(
      'interop (network): NOTHING IS TESTED ACROSS SERVERS, one embedded server is both ends: ' +
        'SILC_INTEROP_ROUTER and SILC_INTEROP_LINKED have to name two servers of one network',
    );
    const both = await openTarget('linked');
    return { router: both, linked: both, live, quitAll: () => both.quitAll(), close: () => both.close() };
  }
  const [router, linked] = [await openTarget('router'), await openTarget('linked')];
  const each = async (work: (target: Target) => Promise<void>): Promise<void> => {
    // The servers suffer from ends that come at once no more than from those on one of them.
    await Promise.all([router, linked].map(work));
  };
  return {
    ...{ router, linked, live },
    quitAll: () => each((target) => target.quitAll()),
    close: () => each((target) => target.close()),
  };
}
