import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const inRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Keeps what a client shows among the screenshots of the run, where it can still be had: also of a run that fails. */
export async function keepPicture(name: string, take: () => Promise<Buffer>): Promise<void> {
  await keep([`coverage/clients/${name}.png`], take);
}

/** The same of a terminal. */
export async function keepText(name: string, take: () => Promise<string>): Promise<void> {
  await keep([`coverage/clients/${name}.txt`], async () => Buffer.from(await take()));
}

/** A picture that the documents show: likewise, and `npm run docs:pictures` puts it there. */
export async function keepDocumentedPicture(name: string, take: () => Promise<Buffer>): Promise<void> {
  const documented = process.env.DOCS_PICTURES === undefined ? [] : [`docs/pictures/${name}.png`];
  await keep([`coverage/clients/${name}.png`, ...documented], take);
}

async function keep(paths: readonly string[], take: () => Promise<Buffer>): Promise<void> {
  const picture = await take().catch(() => undefined);
  if (picture === undefined) return;
  for (const file of paths.map(inRoot)) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, picture);
  }
}
