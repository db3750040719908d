import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as BackendNode from '../src/silc/crypto/backend-node.js';
import type * as KeyPairs from '../src/silc/crypto/key-pair.js';
import type * as Connect from '../src/silc/client/connect.js';
import type * as Frame from '../src/silc/frame.js';
import type * as Ids from '../src/silc/ids.js';
import type * as Driver from '../src/silc/ke/driver.js';
import type * as MemoryStream from '../src/silc/memory-stream.js';
import type * as PacketTypes from '../src/silc/packets/packet-type.js';
import type * as Server from '../src/silc/server/index.js';

interface Modules {
  'crypto/backend-node': typeof BackendNode;
  'crypto/key-pair': typeof KeyPairs;
  'client/connect': typeof Connect;
  frame: typeof Frame;
  ids: typeof Ids;
  'ke/driver': typeof Driver;
  'memory-stream': typeof MemoryStream;
  'packets/packet-type': typeof PacketTypes;
  'server/index': typeof Server;
}

/** The modules of one state of the engine that a comparison measures. */
export interface Engine {
  readonly name: string;
  readonly crypto: Modules['crypto/backend-node'] & Modules['crypto/key-pair'];
  readonly frames: Modules['frame'] & Modules['ids'] & Modules['packets/packet-type'];
  readonly exchanges: Modules['ke/driver'] & Modules['memory-stream'];
  readonly sessions: Modules['client/connect'] & Modules['server/index'];
}

const root = fileURLToPath(new URL('..', import.meta.url));

export function engineHere(): Promise<Engine> {
  return load('this tree', join(root, 'src', 'silc'));
}

/**
 * The engine as it was at a commit of this repository, beside the present one in the same process. Its files are put below
 * `node_modules`, so that they find the packages.
 *
 * @throws when git does not know the commit, as in a checkout without history
 */
export function engineAt(commit: string): Promise<Engine> {
  const git = (...args: string[]): Buffer =>
    execFileSync('git', args, { cwd: root, maxBuffer: 64 * 2 ** 20, stdio: ['ignore', 'pipe', 'inherit'] });
  const hash = git('rev-parse', '--verify', `${commit}^{commit}`).toString().trim();
  const folder = join(root, 'node_modules', '.cache', 'silc-bench', hash);
  if (!existsSync(folder)) {
    const partial = `${folder}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    const archive = git('archive', '--format=tar', hash, 'src', 'package.json', 'tsconfig.json');
    execFileSync('tar', ['-x', '-C', partial], { input: archive });
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  }
  return load(hash.slice(0, 7), join(folder, 'src', 'silc'));
}

async function load(name: string, folder: string): Promise<Engine> {
  const module = async <Path extends keyof Modules>(path: Path): Promise<Modules[Path]> =>
    (await import(pathToFileURL(join(folder, `${path}.ts`)).href)) as Modules[Path];
  return {
    name,
    crypto: { ...(await module('crypto/backend-node')), ...(await module('crypto/key-pair')) },
    frames: {
      ...(await module('frame')),
      ...(await module('ids')),
      ...(await module('packets/packet-type')),
    },
    exchanges: { ...(await module('ke/driver')), ...(await module('memory-stream')) },
    sessions: { ...(await module('client/connect')), ...(await module('server/index')) },
  };
}
